"""Two connections at once: submitting against editing, locking against saving, a worker's lock against another's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.errors import Refusal
from core.models import Action
from people.models import User
from tests.cast import NOW, TODAY, Cast, add_cast
from tests.timesheets.work import add_time
from tests.two_connections import at_once
from timesheets.days import DayIsLocked, LineIsNotOpen
from timesheets.locking import advance_lock, lock_through
from timesheets.models import TimeEntry, TimeRules
from timesheets.recording import record_time
from timesheets.rows import RowKey
from timesheets.submitting import LinesChanged, NothingToSubmit, submit_time


@pytest.fixture
def own_cast(own_firm: Any) -> Cast:
    return add_cast(User.objects.get(email="olu@hm.example"))


def typing(cast: Cast, text: str, version: int = 0) -> Callable[[], Any]:
    row = RowKey.of(cast.design, cast.engineering)
    staff = cast.member.staff_member
    return lambda: record_time(
        staff=staff, row=row, worked_on=TODAY, by=cast.member, on=TODAY, text=text, version=version
    )


def submitting(cast: Cast, entry: TimeEntry, seen: int = 1) -> Callable[[], Any]:
    staff = cast.member.staff_member
    return lambda: submit_time(
        staff=staff,
        entry_ids=[entry.pk],
        by=cast.member,
        at=NOW,
        acknowledged=True,
        seen={entry.pk: seen},
    )


def test_submitting_against_an_edit_submits_what_was_read_or_nothing(own_firm: Any, own_cast: Cast) -> None:
    for _ in range(4):
        TimeEntry.objects.all().delete()
        entry = add_time(own_cast, minutes=60)
        done, edited = at_once(own_firm, submitting(own_cast, entry), typing(own_cast, "2", version=1))
        entry.refresh_from_db()
        if isinstance(done, Refusal):
            assert isinstance(done, LinesChanged)
            assert (entry.state, entry.worked_minutes) == ("DRAFT", 120)
        else:
            assert isinstance(edited, LineIsNotOpen)
            assert (entry.state, entry.worked_minutes, done.minutes) == ("SUBMITTED", 60, 60)


def test_two_submissions_of_the_same_lines_ask_once(own_firm: Any, own_cast: Cast) -> None:
    entry = add_time(own_cast)
    results = at_once(own_firm, submitting(own_cast, entry), submitting(own_cast, entry))
    assert sorted(type(each).__name__ for each in results) == [NothingToSubmit.__name__, "Submission"]
    assert Action.objects.filter(verb="time.submit").count() == 1


def test_locking_against_saving_leaves_no_line_behind_the_lock_unseen(own_firm: Any, own_cast: Cast) -> None:
    for day in range(4):
        TimeRules.objects.update(locked_through=None, locked_by_hand_through=None)
        TimeEntry.objects.all().delete()
        saved, locked = at_once(
            own_firm, typing(own_cast, "1"), lambda: lock_through(on=TODAY, by=own_cast.owner)
        )
        assert locked.locked_through == TODAY, day
        # Either the line was there before the lock, or it was refused.
        assert isinstance(saved, DayIsLocked) != TimeEntry.objects.exists()


def test_two_beats_advance_the_lock_once(own_firm: Any, own_cast: Cast) -> None:
    TimeRules.objects.update(grace_days=0)
    results = at_once(own_firm, *[lambda: advance_lock(on=TODAY, at=NOW)] * 2)
    assert results == [TODAY - timedelta(days=3)] * 2
    assert Action.objects.filter(verb="time.advance_lock").count() == 1
