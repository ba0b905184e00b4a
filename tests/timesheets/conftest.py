"""What the tests of timesheets share: the member's row, and a short way to record."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import TODAY, Cast
from timesheets.models import TimeEntry
from timesheets.recording import record_time
from timesheets.rows import RowKey


@pytest.fixture
def row(cast: Cast) -> RowKey:
    return RowKey.of(cast.design, cast.engineering)


@pytest.fixture
def record(cast: Cast, row: RowKey) -> Callable[..., TimeEntry | None]:
    """Records 1.5 hours of the member's on today's first row, unless told otherwise."""

    def call(text: str = "1.5", **changes: Any) -> TimeEntry | None:
        wanted = {"row": row, "worked_on": TODAY, "by": cast.member, "on": TODAY, "text": text} | changes
        staff = wanted.pop("staff", cast.member.staff_member)
        return record_time(staff=staff, **wanted)

    return call
