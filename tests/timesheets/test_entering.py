"""Lines entered one by one, as programs do."""

from typing import Any

import pytest

from core.errors import NotAllowed
from core.minutes import NotADuration
from tests.cast import TODAY, Cast
from timesheets.days import CellChanged, DayIsFull, LineIsNotOpen
from timesheets.entering import edit_entry, enter_time
from timesheets.models import TimeEntry
from timesheets.recording import NothingToRecord
from timesheets.rows import RowKey


@pytest.fixture
def enter(cast: Cast, row: RowKey) -> Any:
    def call(text: str | None = "1.5", **changes: Any) -> TimeEntry:
        wanted = {"row": row, "worked_on": TODAY, "by": cast.member, "on": TODAY, "text": text} | changes
        return enter_time(staff=cast.member.staff_member, **wanted)

    return call


def test_each_line_stands_beside_those_that_are_there(enter: Any) -> None:
    first, second = enter("1.5", note="Flows"), enter(None, minutes=30)
    assert (first.worked_minutes, second.worked_minutes) == (90, 30)
    assert first.rate_amount == 190
    with pytest.raises(DayIsFull):
        enter("23")


def test_nothing_and_nonsense_are_refused(enter: Any, cast: Cast) -> None:
    for text, refusal in (("0", NothingToRecord), ("", NothingToRecord), ("1:75", NotADuration)):
        with pytest.raises(refusal):
            enter(text)
    with pytest.raises(NotAllowed):
        enter("1", by=cast.manager)


def test_one_of_several_lines_is_changed(enter: Any, cast: Cast) -> None:
    first, second = enter("1"), enter("2")
    changed = edit_entry(entry=second, by=cast.member, on=TODAY, version=1, text="3", note="Longer")
    assert (changed.worked_minutes, changed.note, changed.version) == (180, "Longer", 2)
    first.refresh_from_db()
    assert (first.worked_minutes, first.version) == (60, 1)
    noted = edit_entry(entry=second, by=cast.member, on=TODAY, note="Words alone")
    assert (noted.worked_minutes, noted.note) == (180, "Words alone")


def test_another_version_or_a_gone_line_is_a_conflict(enter: Any, cast: Cast) -> None:
    entry = enter("1")
    with pytest.raises(CellChanged):
        edit_entry(entry=entry, by=cast.member, on=TODAY, version=7, text="3")
    TimeEntry.objects.filter(pk=entry.pk).delete()
    with pytest.raises(CellChanged):
        edit_entry(entry=entry, by=cast.member, on=TODAY, text="3")


def test_a_submitted_line_stays(enter: Any, cast: Cast) -> None:
    entry = enter("1")
    TimeEntry.objects.filter(pk=entry.pk).update(state=TimeEntry.State.SUBMITTED)
    with pytest.raises(LineIsNotOpen):
        edit_entry(entry=entry, by=cast.member, on=TODAY, text="3")
    with pytest.raises(NothingToRecord):
        edit_entry(entry=entry, by=cast.member, on=TODAY, minutes=0)
