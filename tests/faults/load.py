"""People at work while something breaks: wishes that are repeated until they are answered."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.faults.conftest import Caller

MANY = 4  # at once
PATIENCE = 60.0


@dataclass
class Invitations:
    """So many invitations, each wished for under a key of its own until a whole answer says that it was made."""

    caller: Caller
    name: str
    number: int
    role: int
    made: int = 0
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.pool = ThreadPoolExecutor(MANY)
        self.wishes = [self.pool.submit(self._wish, n) for n in range(self.number)]

    def address(self, n: int) -> str:
        return f"{self.name}-{n:03}@people.example"

    def _wish(self, n: int) -> dict[str, Any]:
        wish = {"email": self.address(n), "name": f"Person {n}", "role_ids": [self.role]}
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.caller.post("invitations", wish, key=f"{self.name}-{n}", timeout=10)
                if answer.status == 201:
                    with self.lock:
                        self.made += 1
                    return dict(answer.json())
                failure = f"{answer.status} {answer.body[:200]!r}"
            except OSError as error:
                failure = str(error)
            with self.lock:
                self.failures.append(failure)
            if time.monotonic() > until:
                raise AssertionError(f"{self.address(n)} was never made: {failure}")
            time.sleep(0.05)

    def wait(self) -> list[dict[str, Any]]:
        """All answers."""
        try:
            return [wish.result(timeout=2 * PATIENCE) for wish in self.wishes]
        finally:
            self.pool.shutdown()
