"""Recording a cell: what is stored, what is refused, what happens when somebody was faster."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.errors import Conflict, NotAllowed
from core.minutes import MoreThanADay, NotADuration
from core.models import Action, Change
from people.models import Role
from projects.loggable import NotOnTheTeam, ProjectIsClosed, TaskIsClosed
from projects.models import LaborCode, Project, RateRule, Task, TeamMember
from tests.cast import TODAY, Cast
from timesheets.days import (
    CellChanged,
    DayIsFull,
    DayIsInFuture,
    DayIsLocked,
    LineIsNotOpen,
    NoteIsMissing,
    StaffIsInactive,
)
from timesheets.models import TimeEntry, TimeRules
from timesheets.recording import SeveralLines
from timesheets.rows import LaborCodeIsInactive, NoSuchRow, RowKey
from timesheets.times import PassesMidnight

Record = Callable[..., Any]


def test_a_cell_stores_minutes_and_the_rate_with_its_source(record: Record, cast: Cast) -> None:
    entry = record("1:30", note=" Calculated flows ")
    entry.refresh_from_db()
    assert (entry.worked_minutes, entry.billable_minutes, entry.note) == (90, 90, "Calculated flows")
    assert (entry.rate_amount, entry.rate_currency) == (Decimal("190.0000"), "USD")
    assert "Standard 2026" in entry.rate_source
    assert "Senior engineer" in entry.rate_source
    assert (entry.state, entry.version, entry.project_id) == ("DRAFT", 1, cast.project.pk)
    assert Action.objects.filter(verb="time.record", actor_name=cast.member.name).count() == 1


def test_typing_again_edits_the_line_keeps_its_note_and_audits_old_and_new(record: Record) -> None:
    entry = record("1.5", note="Flows")
    edited = record("2", version=1, entry_id=entry.pk)
    assert (edited.pk, edited.worked_minutes, edited.note, edited.version) == (entry.pk, 120, "Flows", 2)
    change = Change.objects.get(table_name="timesheets_timeentry", row_id=str(entry.pk))
    assert change.old["worked_minutes"] == 90
    assert change.new["worked_minutes"] == 120
    assert change.action.verb == "time.edit"


@pytest.mark.parametrize("text", ["", "0", "0:00"])
def test_empty_and_zero_clear(record: Record, text: str) -> None:
    record("1.5")
    assert record(text, version=1) is None
    assert not TimeEntry.objects.exists()


def test_clearing_an_empty_cell_stores_nothing(record: Record) -> None:
    assert record("") is None
    assert not Action.objects.filter(verb__startswith="time.").exists()


@pytest.mark.parametrize("text", ["1:75", "abc", "-1", "0.005", "1e3"])
def test_what_is_no_duration_is_refused_beside_its_field(record: Record, text: str) -> None:
    with pytest.raises(NotADuration) as refused:
        record(text)
    assert refused.value.field == "text"
    assert not TimeEntry.objects.exists()


def test_a_day_has_24_hours_over_all_its_lines(record: Record, cast: Cast) -> None:
    with pytest.raises(MoreThanADay):
        record("24:01")
    record("20")
    other = RowKey.of(cast.review, cast.engineering)
    with pytest.raises(DayIsFull, match=r"25\.50 h on Wed 25 Nov"):
        record("5.5", row=other)
    record("4", row=other)
    with pytest.raises(DayIsFull):
        record("20:01", version=1)
    assert record("19", version=1).worked_minutes == 19 * 60


def test_billable_is_the_default_of_project_task_and_labor_code(record: Record, cast: Cast) -> None:
    overhead = LaborCode.objects.create(name="Overhead", is_billable=False)
    entry = record("1", row=RowKey.of(cast.design, overhead))
    assert (entry.is_billable, entry.billable_minutes) == (False, 0)
    Task.objects.filter(pk=cast.review.pk).update(is_billable=False)
    assert not record("1", row=RowKey.of(cast.review, None)).is_billable
    Project.objects.filter(pk=cast.project.pk).update(is_billable=False)
    assert not record("1").is_billable


def test_no_rate_is_stored_as_none_not_as_zero(record: Record) -> None:
    RateRule.objects.all().delete()
    entry = record("1")
    assert entry.rate_amount is None
    assert list(TimeEntry.objects.unrated()) == [entry]


def test_only_ones_own_time_unless_one_has_the_right(record: Record, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        record("1", by=cast.finance)
    cast.finance.roles.add(Role.objects.create(name="Clerk", rights=["timesheets.record_for_others"]))
    del cast.finance.rights
    assert record("1", by=cast.finance).recorded_by_name == cast.finance.name


def test_inactive_people_record_nothing(record: Record, cast: Cast) -> None:
    cast.member.staff_member.is_active = False
    cast.member.staff_member.save()
    with pytest.raises(StaffIsInactive):
        record("1")


def test_closed_projects_tasks_and_foreign_teams_are_refused(record: Record, cast: Cast) -> None:
    TeamMember.objects.all().delete()
    with pytest.raises(NotOnTheTeam):
        record("1")
    Project.objects.filter(pk=cast.project.pk).update(is_open_to_all=True)
    record("1")
    Task.objects.filter(pk=cast.design.pk).update(state="CLOSED")
    with pytest.raises(TaskIsClosed):
        record("2", version=1)
    Project.objects.filter(pk=cast.project.pk).update(state="CLOSED")
    with pytest.raises(ProjectIsClosed):
        record("2", version=1)
    # What stands there can still be taken away.
    assert record("", version=1) is None


def test_the_lead_need_not_be_on_the_team(record: Record, cast: Cast) -> None:
    TeamMember.objects.all().delete()
    assert record("1", staff=cast.manager.staff_member, by=cast.manager)


def test_rows_that_do_not_exist_and_old_labor_codes_are_refused(record: Record, cast: Cast) -> None:
    for row in (RowKey(10**9), RowKey(cast.design.pk, 10**9)):
        with pytest.raises(NoSuchRow):
            record("1", row=row)
    cast.engineering.is_active = False
    cast.engineering.save()
    with pytest.raises(LaborCodeIsInactive):
        record("1")


def test_locked_days_are_refused_and_the_others_are_not(record: Record) -> None:
    TimeRules.objects.update(locked_through=TODAY)
    with pytest.raises(DayIsLocked, match="Wed 25 Nov is locked"):
        record("1")
    assert record("1", worked_on=TODAY + timedelta(days=1))


def test_days_to_come_are_open_within_this_week_only(record: Record) -> None:
    sunday, monday = date(2026, 11, 29), date(2026, 11, 30)
    assert record("1", worked_on=sunday)
    with pytest.raises(DayIsInFuture):
        record("1", worked_on=monday)
    TimeRules.objects.update(allows_future=True)
    assert record("1", worked_on=monday)


@pytest.mark.parametrize("state", ["SUBMITTED", "APPROVED"])
def test_submitted_and_approved_lines_are_refused(record: Record, state: str) -> None:
    record("1")
    TimeEntry.objects.update(state=state)
    with pytest.raises(LineIsNotOpen, match=state.lower()):
        record("2", version=1)


def test_a_returned_line_stays_returned_when_it_is_edited(record: Record) -> None:
    record("1")
    TimeEntry.objects.update(state="REJECTED")
    assert record("2", version=1).state == "REJECTED"


def test_an_old_version_is_a_conflict_that_brings_what_is_there(record: Record, cast: Cast) -> None:
    entry = record("1")
    record("3", version=1)
    with pytest.raises(Conflict) as refused:
        record("2", version=1)
    assert [line.worked_minutes for line in refused.value.facts["entries"]] == [180]
    with pytest.raises(CellChanged):
        record("2", version=0)
    with pytest.raises(CellChanged):
        record("2", version=2, entry_id=entry.pk + 1)
    assert record("2", version=2, entry_id=entry.pk).worked_minutes == 120


def test_a_line_cleared_elsewhere_is_a_conflict(record: Record) -> None:
    record("1")
    record("", version=1)
    with pytest.raises(CellChanged) as refused:
        record("2", version=1)
    assert refused.value.facts["entries"] == []


def test_the_same_wish_twice_is_done_once(record: Record) -> None:
    entry = record("1")
    assert record("1", version=0).pk == entry.pk
    assert record("1", version=0).version == 1
    record("", version=1)
    assert record("", version=1) is None


def test_a_total_never_overwrites_several_lines(record: Record, cast: Cast) -> None:
    entry = record("1")
    entry.pk = None
    entry.save(force_insert=True)
    with pytest.raises(SeveralLines, match="2 entries"):
        record("3", version=1)


def test_a_save_costs_few_statements(record: Record, django_assert_num_queries: Any) -> None:
    # savepoint, person with the rules, the week's lines, place, rate, insert, audit, release
    with django_assert_num_queries(8):
        record("1")
    # without the rate
    with django_assert_num_queries(7):
        record("2", version=1)


def test_two_notes_are_kept_apart(record: Record) -> None:
    entry = record("1", note=" For the client ", internal_note=" For us ")
    assert (entry.note, entry.internal_note) == ("For the client", "For us")
    entry = record("2", version=1, internal_note="Still for us")
    entry.refresh_from_db()
    assert (entry.note, entry.internal_note, entry.worked_minutes) == ("For the client", "Still for us", 120)


def test_a_typed_total_moves_the_end_of_a_line_with_times(record: Record) -> None:
    record("1")
    TimeEntry.objects.update(starts_at=time(22), ends_at=time(23))
    entry = record("1:30", version=1)
    entry.refresh_from_db()
    assert (entry.starts_at, entry.ends_at, entry.worked_minutes) == (time(22), time(23, 30), 90)
    with pytest.raises(PassesMidnight):
        record("3", version=2)


def test_a_note_may_be_needed_at_once(record: Record, cast: Cast) -> None:
    TimeRules.objects.update(notes_checked="SAVE")
    record("1")
    Task.objects.filter(pk=cast.design.pk).update(requires_notes=True)
    with pytest.raises(NoteIsMissing):
        record("2", version=1)
    assert record("2", version=1, note="Flows").worked_minutes == 120


def test_who_enters_for_another_person_is_kept_for_ever(record: Record, cast: Cast) -> None:
    cast.finance.roles.add(Role.objects.create(name="Clerk", rights=["timesheets.record_for_others"]))
    assert record("1", by=cast.finance).entered_by_name == cast.finance.name
    entry = record("2", version=1)
    assert (entry.recorded_by_name, entry.entered_by_name) == (cast.member.name, cast.finance.name)
