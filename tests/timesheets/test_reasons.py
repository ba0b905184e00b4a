"""Writing to days that are closed or over: a right, a reason, kept in the audit; never without."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotAllowed
from core.models import Action
from people.models import Role
from tests.cast import TODAY, Cast
from timesheets.access import ENTER_IN_CLOSED
from timesheets.clearing import clear_lines
from timesheets.days import DayIsInFuture, DayIsLocked, NoteIsMissing, ReasonIsNeeded, check_note
from timesheets.locking import lock_through
from timesheets.models import TimeEntry, TimeRules
from timesheets.moving import move_entries
from timesheets.reasons import giving
from timesheets.restoring import restore_lines
from timesheets.rows import RowKey, place_for

YESTERDAY = TODAY - timedelta(days=1)


def may_enter(cast: Cast) -> None:
    role = Role.objects.create(name="Bookkeeper", rights=[ENTER_IN_CLOSED])
    cast.member.roles.add(role)


def test_a_locked_day_opens_for_right_and_reason_together(record: Any, cast: Cast) -> None:
    lock_through(on=TODAY, by=cast.owner)
    with pytest.raises(DayIsLocked), giving(by=cast.member, text="Sheet came late"):
        record("1")
    may_enter(cast)
    cast.member = type(cast.member).objects.get(pk=cast.member.pk)
    with pytest.raises(DayIsLocked):
        record("1")
    with pytest.raises(DayIsLocked), giving(by=cast.member, text="  "):
        record("1")
    with pytest.raises(DayIsLocked), giving(by=cast.member, by_day={YESTERDAY: "Sheet came late"}):
        record("1")
    with giving(by=cast.member, by_day={TODAY: "Sheet came late"}):
        entry = record("1")
    assert Action.objects.get(verb="time.record", subject_id=str(entry.pk)).why == "Sheet came late"
    with pytest.raises(DayIsLocked):
        record("2", version=1)
    with giving(by=cast.member, text="Typed wrong"):
        record("2", version=1)
        clear_lines(staff=entry.staff, versions={entry.pk: 2}, by=cast.member, on=TODAY)
    assert Action.objects.get(verb="time.clear").why == "Typed wrong"
    assert not TimeEntry.objects.exists()


def test_under_government_rules_late_time_says_why_and_none_is_ahead(record: Any, cast: Cast) -> None:
    TimeRules.objects.update(is_dcaa=True)
    record("1")
    record("2", version=1)  # on the day itself nothing is late
    assert Action.objects.filter(verb="time.edit").get().why == ""
    with pytest.raises(ReasonIsNeeded, match="Tue 24 Nov is over"):
        record("1", worked_on=YESTERDAY)
    with giving(by=cast.member, text="Was on site"):
        late = record("1", worked_on=YESTERDAY)
    with pytest.raises(ReasonIsNeeded):
        record("3", worked_on=YESTERDAY, version=1)
    assert Action.objects.get(subject_id=str(late.pk), verb="time.record").why == "Was on site"
    with pytest.raises(DayIsInFuture, match="still to come"), giving(by=cast.member, text="x"):
        record("1", worked_on=TODAY + timedelta(days=1))


def test_under_government_rules_nobody_records_for_others(record: Any, cast: Cast) -> None:
    cast.finance.roles.add(Role.objects.get(name="Administrator"))
    entry = record("1", by=cast.finance)
    assert entry.entered_by_name == "Kemi Ogundipe"
    TimeRules.objects.update(is_dcaa=True)
    with pytest.raises(NotAllowed, match="everybody records their own"):
        record("2", version=1, by=cast.finance)


def test_who_entered_time_for_somebody_is_kept_for_ever(record: Any, cast: Cast) -> None:
    cast.finance.roles.add(Role.objects.get(name="Administrator"))
    entry = record("1", by=cast.finance)
    assert entry.entered_by_name == "Kemi Ogundipe"
    assert record("2", version=1).entered_by_name == "Kemi Ogundipe"
    own = record("1", worked_on=YESTERDAY)
    assert own.entered_by_name == ""
    assert record("2", worked_on=YESTERDAY, version=1, by=cast.finance).entered_by_name == "Kemi Ogundipe"


def test_clearing_moving_and_bringing_back_keep_who_entered_it(record: Any, cast: Cast) -> None:
    cast.finance.roles.add(Role.objects.get(name="Administrator"))
    staff = cast.member.staff_member
    entry = record("1", by=cast.finance)
    clear_lines(staff=staff, versions={entry.pk: 1}, by=cast.member, on=TODAY)
    (back,) = restore_lines(staff=staff, versions={entry.pk: 1}, by=cast.member, on=TODAY)
    assert back.entered_by_name == "Kemi Ogundipe"
    own = record("1", worked_on=YESTERDAY)
    to = RowKey.of(cast.review, cast.engineering)
    (moved,) = move_entries(staff=staff, versions={own.pk: 1}, to=to, by=cast.finance, on=TODAY)
    moved.refresh_from_db()
    assert moved.entered_by_name == "Kemi Ogundipe"


def test_notes_are_checked_on_save_where_the_firm_says_so(cast: Cast, row: RowKey) -> None:
    rules = TimeRules(requires_notes=True, notes_checked="SUBMIT", note_min_length=5)
    place = place_for(cast.member.staff_member, row)
    check_note(rules, place, "")
    rules.notes_checked = "SAVE"
    with pytest.raises(NoteIsMissing, match="a note of at least 5 characters"):
        check_note(rules, place, " abc ")
    check_note(rules, place, "Sizing")
    rules.requires_notes = False
    check_note(rules, place, "")
