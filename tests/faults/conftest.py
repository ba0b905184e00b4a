"""One installation for all faults: web, worker and a firm with a token; each test leaves them running.

    def test_something(installation, caller):
        caller.post("invoices", {...}, key="once")      # through the API, as the firm's owner
        installation.kill("worker"); installation.start_worker()
        installation.kill_postgres(); installation.start_postgres()
        installation.let_time_pass(caller.slug, minutes=6); installation.tick()
        installation.rows(caller.slug, "SELECT ...")

`installation.sandbox` are the stand-ins with their controls.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.installation import Answer, Installation, run_installation
from tests.waiting import wait_until

FIRM = "faults"


@dataclass(frozen=True)
class Caller:
    """Somebody who uses a firm's API."""

    installation: Installation
    slug: str
    token: str

    def post(self, path: str, wish: Any, *, key: str = "", timeout: float = 20) -> Answer:
        """One wish; with a key it may be repeated and is done once. Raises OSError when no whole answer came."""
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        return self.installation.ask(
            "POST", f"/api/v1/{path}", wish, slug=self.slug, timeout=timeout, **headers
        )

    def get(self, path: str) -> Answer:
        return self.installation.ask(
            "GET", f"/api/v1/{path}", slug=self.slug, Authorization=f"Bearer {self.token}"
        )


@pytest.fixture(scope="session")
def running() -> Iterator[Installation]:
    with run_installation() as installation:
        installation.run("-m", "tests.e2e.furnishing", FIRM)
        installation.start_web()
        installation.start_worker()
        yield installation


@pytest.fixture
def installation(running: Installation) -> Iterator[Installation]:
    """It runs before the test, and all of it must run again after: what breaks recovers by itself."""
    assert running.is_ready()
    yield running
    for name in set(running.running) - {"web", "worker"}:
        running.kill(name)
    if "worker" not in running.running:
        running.start_worker()
    wait_until(running.is_ready, what="the web process")


@pytest.fixture(scope="session")
def caller_token(running: Installation) -> str:
    return str(json.loads(running.manage("create_token", "--firm", FIRM))["token"])


@pytest.fixture
def caller(installation: Installation, caller_token: str) -> Caller:
    """The firm of tests.cast, called as its owner."""
    return Caller(installation, FIRM, caller_token)
