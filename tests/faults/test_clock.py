"""The machine's clock goes backwards: nothing happens twice, and what is due comes when its time does."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from core import jobs, mail, outbox
from core.models import Job, Mail, OutboxRow
from core.outbox import TryAgainLater, Unknown
from tenants.models import Firm
from tests.cast import NOW

KIND = "faults.probe"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts what reached it by request id, as vendors do. Every third call answers late or not at all."""
    seen: Counter[str] = Counter()
    calls = iter(range(10_000))

    def deliver(row: OutboxRow) -> dict[str, str]:
        turn = next(calls) % 6
        if turn == 1:
            raise TryAgainLater("busy")
        seen[str(row.request_id)] += 1
        if turn == 3:
            raise Unknown("no answer")
        return {"id": row.key}

    def read_back(row: OutboxRow) -> dict[str, str] | None:
        return {"id": row.key} if seen[str(row.request_id)] else None

    monkeypatch.setitem(outbox._routes, KIND, outbox.Route(deliver, read_back))
    return seen


def test_deliveries_happen_once_whatever_the_clock_says(firm: Firm, vendor: Counter[str]) -> None:
    rows = [outbox.enqueue(KIND, str(n), {}, at=NOW) for n in range(30)]
    clock = NOW
    jumps = random.Random(7)
    for _ in range(200):
        # Half of all ticks stand before the one before, some by an hour.
        clock += jumps.choice((-60, -1, -1, 1, 2, 90)) * MINUTE
        outbox.drain(at=clock, limit=7)
    for days in range(1, 13):
        outbox.drain(at=NOW + timedelta(days=days))
    assert {row.state for row in OutboxRow.objects.filter(kind=KIND)} == {"DONE"}
    assert vendor == Counter({str(row.request_id): 1 for row in rows})


def test_a_mail_that_was_claimed_in_the_future_is_not_sent_again(firm: Firm) -> None:
    """Its worker died after the clock had been an hour ahead: it is not sure, and nobody sends it again by himself."""
    later = NOW + timedelta(hours=1)
    sent = mail.post("probe", to=["a@b.example"], subject_key="1", subject="S", text="T", at=NOW)
    row = OutboxRow.objects.get(kind=mail.OUTBOX_KIND)
    OutboxRow.objects.filter(pk=row.pk).update(state="SENDING", claimed_at=later, attempts=1)
    Mail.objects.filter(pk=sent.pk).update(state="CLAIMED", claimed_at=later)
    for minutes in (0, 3, -30, 10):
        assert outbox.drain(at=NOW + minutes * MINUTE) == 0
    outbox.drain(at=later + 6 * MINUTE)
    sent.refresh_from_db()
    row.refresh_from_db()
    assert (sent.state, row.state) == ("UNSURE", "ATTENTION")


def test_a_job_whose_heart_beat_in_the_future_is_not_begun_twice(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    monkeypatch.setitem(jobs._work, KIND, lambda job, progress: begun.append(job.pk))
    job = Job.objects.create(
        kind=KIND, title="Probe", state="RUNNING", attempts=1, heartbeat_at=NOW + timedelta(hours=1)
    )
    jobs.sweep(at=NOW)
    assert begun == []
    assert jobs.run(job.pk, clock=lambda: NOW) is None
    assert connection.schema_name == firm.schema_name
