"""Several lines in a cell: added, changed and removed together or not at all."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import TODAY, Cast
from timesheets.days import CellChanged, DayIsFull, LineIsNotOpen
from timesheets.models import TimeEntry
from timesheets.recording import NothingToRecord
from timesheets.rows import RowKey
from timesheets.splitting import LineWish, save_lines


@pytest.fixture
def save(cast: Cast, row: RowKey) -> Callable[..., list[TimeEntry]]:
    def call(*lines: LineWish) -> list[TimeEntry]:
        return save_lines(
            staff=cast.member.staff_member, row=row, worked_on=TODAY, lines=lines, by=cast.member, on=TODAY
        )

    return call


def test_lines_are_added_changed_and_removed_in_one_go(save: Any) -> None:
    first, second = save(LineWish(None, 0, 60, "Flows"), LineWish(None, 0, 30, "Meeting"))
    lines = save(
        LineWish(first.pk, 1, 90, "Flows again"), LineWish(second.pk, 1, None), LineWish(None, 0, 15, "Call")
    )
    assert [(line.worked_minutes, line.note) for line in lines] == [(90, "Flows again"), (15, "Call")]
    assert TimeEntry.objects.count() == 2


def test_a_note_can_change_alone(save: Any, record: Any) -> None:
    entry = record("1")
    (line,) = save(LineWish(entry.pk, 1, 60, "Now with words"))
    assert (line.note, line.version, line.worked_minutes) == ("Now with words", 2, 60)


def test_what_changed_or_came_meanwhile_is_a_conflict_and_nothing_is_written(save: Any, record: Any) -> None:
    entry = record("1")
    for wishes in ([LineWish(entry.pk, 7, 90)], [LineWish(None, 0, 90)]):
        with pytest.raises(CellChanged):
            save(*wishes)
    assert TimeEntry.objects.get().worked_minutes == 60


def test_a_note_without_a_duration_and_too_long_a_day_are_refused_whole(save: Any) -> None:
    with pytest.raises(NothingToRecord):
        save(LineWish(None, 0, 60), LineWish(None, 0, None, "Forgot the hours"))
    with pytest.raises(DayIsFull):
        save(LineWish(None, 0, 1000), LineWish(None, 0, 1000))
    assert not TimeEntry.objects.exists()


def test_an_empty_new_line_is_nothing(save: Any) -> None:
    assert save(LineWish(None, 0, None, " ")) == []


def test_lines_that_are_submitted_may_stand_beside_but_not_change(save: Any, record: Any) -> None:
    entry = record("1")
    TimeEntry.objects.update(state="SUBMITTED")
    with pytest.raises(LineIsNotOpen):
        save(LineWish(entry.pk, 1, 90))
    with pytest.raises(LineIsNotOpen):
        save(LineWish(entry.pk, 1, None))
