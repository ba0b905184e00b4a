"""Last week's rows: rows only, what was skipped and why."""

from datetime import timedelta
from typing import Any

import pytest

from core.periods import week_of
from projects.models import Task, TeamMember
from tests.cast import TODAY, Cast
from timesheets.copying import copy_rows
from timesheets.days import DayIsLocked
from timesheets.models import TimeEntry, TimeRules
from timesheets.rows import RowKey

LAST_WEEK = TODAY - timedelta(days=7)


@pytest.fixture
def rows(record: Any, cast: Cast, row: RowKey) -> list[RowKey]:
    other = RowKey.of(cast.review, None)
    record("1", worked_on=LAST_WEEK, note="Not copied")
    record("2", worked_on=LAST_WEEK - timedelta(days=1), row=other)
    return [row, other]


def copy(cast: Cast, present: list[RowKey]) -> Any:
    return copy_rows(staff=cast.member.staff_member, period=week_of(TODAY), present=present, by=cast.member)


def test_rows_come_along_and_nothing_is_stored(rows: list[RowKey], cast: Cast) -> None:
    copied = copy(cast, [])
    assert [place.key for place in copied.rows] == rows
    assert copied.skipped == []
    assert TimeEntry.objects.count() == 2


def test_what_is_there_closed_or_another_teams_is_skipped_with_the_reason(rows: Any, cast: Cast) -> None:
    assert [why for _, why in copy(cast, rows).skipped] == ["It is in this week already."] * 2
    Task.objects.filter(pk=cast.review.pk).update(state="CLOSED")
    ((place, why),) = copy(cast, []).skipped
    assert (place.task, "closed" in why) == (cast.review, True)
    TeamMember.objects.all().delete()
    assert "not on the team" in copy(cast, []).skipped[0][1]


def test_a_locked_week_takes_no_rows(rows: Any, cast: Cast) -> None:
    TimeRules.objects.update(locked_through=TODAY + timedelta(days=30))
    with pytest.raises(DayIsLocked):
        copy(cast, [])
