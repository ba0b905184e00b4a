"""Two connections at once: nothing is stored twice, no day gets more than 24 hours, no line slips into a locked day."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core.errors import Refusal
from people.models import User
from tests.cast import TODAY, Cast, add_cast
from timesheets.locking import lock_through
from timesheets.models import TimeEntry
from timesheets.recording import record_time
from timesheets.rows import RowKey


@pytest.fixture
def own_cast(own_firm: Any) -> Cast:
    return add_cast(User.objects.get(email="olu@hm.example"))


def together(firm: Any, *calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls in threads of their own at once; gives what each returned or how it was refused."""
    results: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number: int, call: Callable[[], Any]) -> None:
        connection.set_tenant(firm)
        try:
            start.wait(10)
            results[number] = call()
        except Refusal as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def recording(cast: Cast, text: str, row: RowKey) -> Callable[[], Any]:
    staff = cast.member.staff_member
    return lambda: record_time(staff=staff, row=row, worked_on=TODAY, by=cast.member, on=TODAY, text=text)


def test_two_first_saves_of_one_cell_make_one_line(own_firm: Any, own_cast: Cast) -> None:
    row = RowKey.of(own_cast.design, own_cast.engineering)
    results = together(own_firm, recording(own_cast, "2", row), recording(own_cast, "3", row))
    assert sorted(type(result).__name__ for result in results) == ["CellChanged", "TimeEntry"]
    assert TimeEntry.objects.count() == 1


def test_two_cells_of_a_day_never_pass_24_hours(own_firm: Any, own_cast: Cast) -> None:
    rows = [RowKey.of(own_cast.design, None), RowKey.of(own_cast.review, None)]
    results = together(own_firm, *(recording(own_cast, "13", row) for row in rows))
    assert sorted(type(result).__name__ for result in results) == ["DayIsFull", "TimeEntry"]


def test_a_line_and_a_lock_at_once(own_firm: Any, own_cast: Cast) -> None:
    """Whichever is first: the line is there, then locked; or the day is locked and the line refused."""
    row = RowKey.of(own_cast.design, None)
    saved, _ = together(
        own_firm, recording(own_cast, "1", row), lambda: lock_through(on=TODAY, by=own_cast.owner)
    )
    assert TimeEntry.objects.exists() == isinstance(saved, TimeEntry)
