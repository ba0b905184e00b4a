"""Worker processes that carry a firm's outbox, so that they can be killed for real.

They are forked from a server that has Django ready, since a kill needs a new one each time; each has connections of
its own. What they are told is an instant: it goes on with the clock from there.
"""

import multiprocessing
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from typing import Any

import django

if __name__ == "tests.faults.carrying":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psa.settings")
    django.setup()

from django.conf import settings
from django.db import connection

from core import later, outbox
from integrations.quickbooks import client
from tenants.models import Firm
from timesheets.digests import digest_approvals, digest_missing
from timesheets.reminding import remind_due

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.carrying", "pytest"])
# What a worker must be told of this process, where the tests changed it.
TOLD = (
    "QUICKBOOKS_CLIENT_ID",
    "QUICKBOOKS_CLIENT_SECRET",
    "QUICKBOOKS_DISCOVERY_URL",
    "QUICKBOOKS_API_BASE",
    "MAILERS",
)
PATIENCE = 60.0


@dataclass(frozen=True)
class Place:
    """Where a worker works."""

    database: str
    schema: str
    settings: dict[str, Any]


def here() -> Place:
    """The firm that is entered, and the stand-in that the settings lead to."""
    told = {name: getattr(settings, name) for name in TOLD}
    return Place(connection.settings_dict["NAME"], connection.schema_name, told)


@dataclass
class Worker:
    """One running process."""

    process: ForkServerProcess
    answer: Pipe
    # Kept for the process, which finds it by a name that goes with this object.
    gate: Barrier

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is finished."""
        self.process.kill()
        self.process.join(PATIENCE)
        assert self.process.exitcode == -9

    def wait(self) -> int:
        """How many rows it moved, when nothing was due any more."""
        assert self.answer.poll(PATIENCE), "the worker does not end"
        moved: int = self.answer.recv()
        self.process.join(PATIENCE)
        return moved


def start(at: datetime, number: int = 1) -> list[Worker]:
    """Workers that carry what is due from `at` on, begin in the same moment, and end when nothing is due."""
    gate = FORKS.Barrier(number)
    return [_start(at, gate) for _ in range(number)]


def start_beats(at: datetime, number: int) -> list[Worker]:
    """Processes that do at `at` what the schedule does about reminders; each answers how many mails it queued."""
    gate = FORKS.Barrier(number)
    return [_start(at, gate, beat) for _ in range(number)]


def _start(at: datetime, gate: Barrier, life: Any = None) -> Worker:
    mine, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=life or carry, args=(here(), at, gate, theirs), daemon=True)
    process.start()
    theirs.close()
    return Worker(process, mine, gate)


def enter(place: Place) -> None:
    """Goes where the test is."""
    for name, value in place.settings.items():
        setattr(settings, name, value)
    connection.settings_dict["NAME"] = place.database
    connection.settings_dict["OPTIONS"].pop("pool", None)
    connection.set_tenant(Firm.objects.get(schema_name=place.schema))


def beat(place: Place, at: datetime, gate: Barrier, answer: Pipe) -> None:
    """One round of the schedule, without a broker: the sweep of the outbox carries what it queues."""
    enter(place)
    later.bind(lambda *task: None)
    gate.wait(PATIENCE)
    sent = [call(at=at) for call in (remind_due, digest_missing, digest_approvals)]
    answer.send(sum(sent))


def carry(place: Place, at: datetime, gate: Barrier, answer: Pipe) -> None:
    """The worker's whole life."""
    enter(place)
    # The stand-in's own limit is what is tried; ours of five a second would only take longer.
    client.PER_SECOND = 1000
    gate.wait(PATIENCE)
    began = time.monotonic()

    def now() -> datetime:
        return at + timedelta(seconds=time.monotonic() - began)

    moved = 0
    while step := outbox.drain(at=now(), clock=now):
        moved += step
    answer.send(moved)
