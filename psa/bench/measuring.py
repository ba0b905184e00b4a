"""Measured times, statements and memory, and the row of the table that they make."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection

# What wraps the statements of an operation, and is none of them.
WRAPPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


@dataclass(frozen=True)
class Row:
    """One line of the table. Times are medians in milliseconds; `is_met` is None where nothing is aimed at."""

    id: str
    name: str
    ours_ms: float
    floor_ms: float | None = None
    statements: int | None = None
    peak_mb: float | None = None
    aim: str = ""
    is_met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours_ms / self.floor_ms if self.floor_ms else None

    def as_json(self) -> dict[str, Any]:
        found = asdict(self) | {"ratio": self.ratio}
        return {
            key: float(f"{value:.4g}") if isinstance(value, float) else value for key, value in found.items()
        }


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds that the call takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def by_turns(
    ours: Callable[[], Any],
    floor: Callable[[], Any],
    *,
    runs: int,
    after: Callable[[], Any] = lambda: None,
    warm_up: int = 1,
) -> tuple[list[float], list[float]]:
    """Both by turns, so that whatever else the machine does hits both alike. `after` cleans up, unmeasured.

    The first `warm_up` runs do not count: connections plan a statement anew until they have seen it a few times.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(runs + warm_up):
        for work, kept in ((ours, times[0]), (floor, times[1])):
            spent = timed(work)
            after()
            if number >= warm_up:
                kept.append(spent)
    return times


def median(times: list[float]) -> float:
    return statistics.median(times)


class Statements:
    """Counts the statements of an operation: not BEGIN, COMMIT, SAVEPOINT, nor what triggers do."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, statement: Any, params: Any, many: Any, context: Any) -> Any:
        if not str(statement).lstrip().upper().startswith(WRAPPING):
            self.count += 1
        return execute(statement, params, many, context)


def statements_of(work: Callable[[], Any]) -> int:
    """How many statements the call executes."""
    counted = Statements()
    with connection.execute_wrapper(counted):
        work()
    return counted.count


@contextmanager
def peak(pid: int | str = "self") -> Iterator[list[float]]:
    """The largest resident size of the process inside the block, in MB (Linux; elsewhere the list stays empty)."""
    found: list[float] = []
    place = Path(f"/proc/{pid}")
    if not place.exists():
        yield found
        return
    (place / "clear_refs").write_text("5")
    yield found
    found.append(_kilobytes(place, "VmHWM") / 1024)


def resident(pid: int) -> float:
    """The resident size of a process now, in MB; 0 where the system does not tell."""
    place = Path(f"/proc/{pid}")
    return _kilobytes(place, "VmRSS") / 1024 if place.exists() else 0.0


def _kilobytes(place: Path, name: str) -> int:
    line = next(line for line in (place / "status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])
