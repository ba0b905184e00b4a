"""Work of a locked day: dated to the first open day where the firm takes it, its own day kept."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotAllowed
from tests.cast import TODAY, Cast
from timesheets.clearing import clear_lines
from timesheets.dating import DayIsOpen, record_late
from timesheets.days import DayIsInFuture, DayIsLocked
from timesheets.models import TimeEntry, TimeRules
from timesheets.recording import NothingToRecord
from timesheets.restoring import restore_lines
from timesheets.rows import RowKey

YESTERDAY = TODAY - timedelta(days=1)


def late(cast: Cast, **changes: Any) -> TimeEntry:
    wish: dict[str, Any] = {
        "staff": cast.member.staff_member,
        "row": RowKey.of(cast.design, cast.engineering),
        "worked_on": YESTERDAY - timedelta(days=3),
        "text": "1.5",
        "note": "Site walk",
        "by": cast.member,
        "on": TODAY,
    }
    return record_late(**wish | changes)


@pytest.fixture
def closed(cast: Cast) -> Cast:
    """Yesterday is the last locked day."""
    TimeRules.objects.update(locked_through=YESTERDAY, dates_late=True)
    return cast


def test_it_stands_on_the_first_open_day_beside_what_is_there(closed: Cast, record: Any) -> None:
    record("2")
    entry = late(closed)
    entry.refresh_from_db()
    assert (entry.worked_on, entry.original_on) == (TODAY, YESTERDAY - timedelta(days=3))
    assert (entry.worked_minutes, entry.note, entry.rate_amount) == (90, "Site walk", 190)
    assert TimeEntry.objects.filter(worked_on=TODAY).count() == 2


def test_a_line_that_comes_back_keeps_its_own_day(closed: Cast) -> None:
    entry = late(closed)
    staff, versions = closed.member.staff_member, {entry.pk: entry.version}
    clear_lines(staff=staff, versions=versions, by=closed.member, on=TODAY)
    [back] = restore_lines(staff=staff, versions=versions, by=closed.member, on=TODAY)
    assert TimeEntry.objects.get(pk=back.pk).original_on == YESTERDAY - timedelta(days=3)


def test_what_is_refused(closed: Cast) -> None:
    with pytest.raises(DayIsOpen):
        late(closed, worked_on=TODAY)
    with pytest.raises(NothingToRecord):
        late(closed, text="0")
    with pytest.raises(NotAllowed):
        late(closed, by=closed.finance)
    TimeRules.objects.update(locked_through=TODAY + timedelta(days=30))
    with pytest.raises(DayIsInFuture):
        late(closed)
    TimeRules.objects.update(locked_through=YESTERDAY, dates_late=False)
    with pytest.raises(DayIsLocked):
        late(closed)
    assert not TimeEntry.objects.exists()
