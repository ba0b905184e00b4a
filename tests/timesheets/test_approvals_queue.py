"""The approver's queue: who sees which lines, what needs a look and why, in what order, and what it costs."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals.models import Policy, Request
from people.models import Holiday, WorkingPattern
from projects.models import ContractLine, Project, Task
from staffing.models import LeaveRequest, LeaveType
from tests.cast import NOW, TODAY, Cast, add_person
from tests.timesheets.sheets import MONDAY, seen, submit, submit_week
from tests.timesheets.work import add_time
from timesheets.approvals_keys import Lens, Scope, SheetKey
from timesheets.approvals_lists import decided_lately, missing_time
from timesheets.approvals_queue import add_past, queue
from timesheets.approving import return_time
from timesheets.cutting import cut_billable
from timesheets.models import TimeEntry, TimeRules
from timesheets.unapproving import take_back


def the_rules() -> TimeRules:
    return TimeRules.objects.get(pk=1)


def look(cast: Cast, **options: Any) -> list[Any]:
    return queue(options.pop("user", cast.manager), timezone.now(), TODAY, **options).sheets


def flags(cast: Cast) -> list[str]:
    (sheet,) = look(cast)
    return [flag.words for flag in sheet.flags]


def test_a_full_week_inside_all_limits_is_clean(cast: Cast) -> None:
    submit_week(cast)
    found = queue(cast.manager, timezone.now(), TODAY)
    assert [sheet.staff.name for sheet in found.clean] == ["Priya Raman"]
    assert found.clean_minutes == 2400
    assert found.to_look_at == []


def test_a_short_week_and_a_long_day_need_a_look(cast: Cast) -> None:
    submit_week(cast, days=2, minutes=660)
    assert flags(cast) == ["18.00 h short", "2 lines on long days"]


def test_ten_hours_in_a_day_are_not_long(cast: Cast) -> None:
    submit_week(cast, days=4, minutes=600)
    assert flags(cast) == []


def test_hours_are_written_as_the_reader_prefers(cast: Cast) -> None:
    submit_week(cast, minutes=490)
    cast.manager.hours_style = "clock"
    assert flags(cast) == ["0:50 h over capacity"]


def test_a_missing_note_counts_where_the_firm_asks_for_notes(cast: Cast) -> None:
    submit_week(cast)
    TimeRules.objects.update(requires_notes=True)
    assert flags(cast) == ["5 notes missing"]


def test_a_line_without_a_rate_and_a_free_day_need_a_look(cast: Cast) -> None:
    staff = cast.member.staff_member
    staff.working_pattern = WorkingPattern.objects.create(name="Four days", friday_minutes=0)
    staff.save()
    submit_week(cast, rate_amount=None, rate_currency="")
    assert flags(cast) == ["8.00 h over capacity", "5 lines without a rate", "Friday"]


def test_work_on_a_holiday_names_the_holiday(cast: Cast) -> None:
    Holiday.objects.create(name="Founders Day", on=MONDAY)
    submit_week(cast)
    assert flags(cast) == ["8.00 h over capacity", "Founders Day"]


def test_a_budget_that_is_passed_is_red_with_its_number(cast: Cast) -> None:
    cast.design.budget_minutes = 600
    cast.design.save()
    submit_week(cast)
    assert flags(cast) == ["4 lines over budget"]
    assert [line.budget_left for line in look(cast)[0].lines] == [120, -360, -840, -1320, -1800]


def test_what_waits_for_days_needs_a_look(cast: Cast) -> None:
    submit_week(cast)
    (sheet,) = queue(cast.manager, timezone.now() + timedelta(days=4), TODAY).sheets
    assert [flag.words for flag in sheet.flags] == ["Waits 4 days"]


def test_a_line_that_came_back_before_is_shown_with_its_reason_unless_that_was_undone(cast: Cast) -> None:
    entries = submit_week(cast)
    ids = [entry.pk for entry in entries]
    return_time(entry_ids=ids[:2], reason="Wrong task.", by=cast.manager, at=NOW)
    take_back(entry_ids=ids[1:2], by=cast.manager, at=NOW)
    submit(cast.member, entries[:1])
    assert flags(cast) == ["Returned before"]
    reasons = [line.returned.reason for line in look(cast)[0].lines if line.returned]
    assert reasons == ["Wrong task."]


def test_several_weeks_are_several_sheets_and_the_worst_comes_first(cast: Cast) -> None:
    submit_week(cast)
    submit_week(cast, first=MONDAY - timedelta(days=7), days=2, minutes=660)
    found = queue(cast.manager, timezone.now(), TODAY)
    assert [sheet.week.first for sheet in found.sheets] == [MONDAY - timedelta(days=7), MONDAY]
    assert found.sheets[0].then == found.sheets[1].key
    assert found.find(["gone", found.sheets[1].key]) is found.sheets[1]


def test_what_is_decided_is_shown_beside_what_waits_and_drafts_are_not(cast: Cast) -> None:
    entries = submit_week(cast)
    return_time(entry_ids=[entries[0].pk], reason="Wrong task.", by=cast.manager, at=NOW)
    add_time(cast, on=MONDAY + timedelta(days=5))
    (sheet,) = look(cast)
    add_past(sheet, the_rules(), cast.manager)
    assert [line.is_waiting for line in sheet.lines] == [True, True, True, True, False]
    assert sheet.waiting_minutes == 4 * 480


def test_one_sheet_alone_is_the_same_sheet(cast: Cast) -> None:
    submit_week(cast)
    other = add_person("Wei Chen", "wei@hm.example", "Staff", manager=cast.manager.staff_member)
    submit_week(cast, other)
    key = SheetKey(cast.member.staff_member.pk, MONDAY)
    (alone,) = look(cast, only=key)
    assert alone.key == str(key)
    assert [line.entry.pk for line in alone.lines] == [
        line.entry.pk for sheet in look(cast) if sheet.key == str(key) for line in sheet.lines
    ]


@pytest.mark.parametrize("text", ["", "x", "12", "12-2026-13-01", "²-2026-11-16", "9" * 30 + "-2026-11-16"])
def test_what_is_no_key_names_no_sheet(text: str) -> None:
    assert SheetKey.parse(text) is None


def test_managers_see_what_waits_for_them_and_finance_everything_but_the_own(cast: Cast) -> None:
    submit_week(cast)
    submit_week(cast, cast.finance)
    assert {sheet.staff.name for sheet in look(cast)} == {"Priya Raman"}
    assert {sheet.staff.name for sheet in look(cast, user=cast.finance)} == {"Priya Raman"}
    assert {sheet.staff.name for sheet in look(cast, user=cast.owner)} == {"Priya Raman", "Kemi Ogundipe"}
    assert {sheet.staff.name for sheet in look(cast, user=cast.owner, scope=Scope(mine_only=True))} == {
        "Kemi Ogundipe"
    }
    assert look(cast, user=cast.member) == []


def test_own_lines_wait_for_oneself_where_the_policy_allows_it(cast: Cast) -> None:
    submit_week(cast, cast.finance)
    Policy.objects.update(allows_self_approval=True)
    assert [sheet.staff.name for sheet in look(cast, user=cast.finance)] == ["Kemi Ogundipe"]


def test_a_cut_carries_its_reason_and_amount(cast: Cast) -> None:
    (entry, *_) = submit_week(cast)
    cut_billable(
        entry=entry, billable_minutes=100, reason="Rework", by=cast.manager, at=NOW, version=entry.version
    )
    line = look(cast)[0].lines[0]
    assert (line.cut_minutes, line.cut_reason) == (380, "Rework")
    assert str(line.amount) == "316.67"


def test_people_who_have_not_handed_in(cast: Cast) -> None:
    submit_week(cast)
    add_time(cast, on=MONDAY - timedelta(days=7))
    rules = TimeRules.objects.get(pk=1)
    found = missing_time(cast.manager, TODAY, rules)
    (priya,) = found
    assert priya.staff.name == "Priya Raman"
    assert [week.first for week in priya.weeks] == [MONDAY - timedelta(days=7 * back) for back in (1, 2, 3)]
    assert (priya.short_minutes, priya.drafted_minutes) == (3 * 2400, 480)


def test_decided_lately_names_only_what_still_stands(cast: Cast) -> None:
    entries = submit_week(cast)
    ids = [entry.pk for entry in entries]
    return_time(entry_ids=ids, reason="Wrong task.", by=cast.manager, at=NOW)
    take_back(entry_ids=ids[:2], by=cast.manager, at=NOW)
    (row,) = decided_lately(cast.manager, NOW, the_rules())
    assert (row.lines, row.minutes, row.can_take_back) == (3, 1440, True)
    submit(cast.member, [entries[2]])
    (row,) = decided_lately(cast.manager, NOW, the_rules())
    assert not row.can_take_back
    assert decided_lately(cast.finance, NOW, the_rules())
    assert decided_lately(cast.manager, NOW + timedelta(days=15), the_rules()) == []


def test_the_queue_costs_nine_statements_for_one_sheet_and_for_thirty(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    cast.design.budget_minutes = 60_000
    cast.design.save()
    submit_week(cast)
    with django_assert_max_num_queries(9):
        queue(cast.manager, timezone.now(), TODAY)
    for n in range(9):
        user = add_person(f"Person {n}", f"p{n}@hm.example", "Staff", manager=cast.manager.staff_member)
        for weeks in range(3):
            submit_week(cast, user, first=MONDAY - timedelta(weeks=weeks))
    assert TimeEntry.objects.count() == 140
    with django_assert_max_num_queries(9):
        found = queue(cast.manager, timezone.now(), TODAY)
    assert len(found.sheets) == 28
    assert seen([]) == ""


def test_the_same_lines_by_project_with_the_people_whose_weeks_are_too_full(cast: Cast) -> None:
    submit_week(cast)
    other = add_person("Wei Chen", "wei@hm.example", "Staff", manager=cast.manager.staff_member)
    submit_week(cast, other, minutes=540)
    (block,) = look(cast, scope=Scope(lens=Lens.PROJECT))
    assert (block.title, block.people_count, block.waiting_minutes) == (
        "Larkspur Water Main Renewal",
        2,
        5 * (480 + 540),
    )
    assert [flag.words for flag in block.flags] == ["5 lines of people over capacity"]
    people = sorted(line.entry.pk for sheet in look(cast) for line in sheet.lines)
    assert sorted(line.entry.pk for line in block.lines) == people


def test_a_month_is_one_sheet_and_days_to_come_are_not_short(cast: Cast) -> None:
    submit_week(cast)
    submit_week(cast, first=MONDAY - timedelta(days=7))
    submit_week(cast, first=MONDAY - timedelta(days=14))
    scope = Scope(is_monthly=True, on=TODAY)
    (sheet,) = look(cast, scope=scope)
    assert (sheet.key, len(sheet.lines)) == (f"{cast.member.staff_member.pk}-2026-11", 15)
    assert [flag.words for flag in sheet.flags] == ["16.00 h short"]
    assert look(cast, scope=Scope(on=MONDAY - timedelta(days=28))) == []


def test_a_project_that_is_new_for_somebody_with_a_past_is_unusual(cast: Cast) -> None:
    for weeks in (2, 3):
        submit_week(cast, first=MONDAY - timedelta(weeks=weeks))
    TimeEntry.objects.update(state="APPROVED")
    Request.objects.update(state="APPROVED")
    other = Project.objects.create(client=cast.client, name="Elsewhere", code="ELS")
    line = ContractLine.objects.create(project=other, name="Time and materials")
    task = Task.objects.create(project=other, contract_line=line, name="Survey")
    submit_week(cast, project=other, task=task, labor_code=None)
    assert flags(cast) == ["5 lines on unusual projects"]


def test_lines_entered_long_after_the_work_are_late(cast: Cast) -> None:
    (entry, *_) = submit_week(cast)
    TimeEntry.objects.filter(pk=entry.pk).update(created_at=entry.created_at + timedelta(days=9))
    assert flags(cast) == ["Entered 9 days late"]


def test_work_on_approved_leave_and_times_that_overlap(cast: Cast) -> None:
    first, *_ = submit_week(cast)
    LeaveRequest.objects.create(
        staff=cast.member.staff_member,
        leave_type=LeaveType.objects.get(name="Vacation"),
        starts_on=MONDAY,
        ends_on=MONDAY,
        state="APPROVED",
        requested_at=NOW,
        requested_by_name="Priya Raman",
    )
    assert flags(cast) == ["8.00 h over capacity", "Vacation"]
    TimeEntry.objects.filter(pk=first.pk).update(starts_at=time(9), ends_at=time(17))
    other = add_time(cast, minutes=60, on=MONDAY, starts_at=time(16), ends_at=time(17))
    submit(cast.member, [other])
    assert "2 lines with overlapping times" in flags(cast)


def test_a_block_shows_no_line_that_its_reader_may_not_see(cast: Cast) -> None:
    """A manager who does not lead the project sees the lines of the own team there, and nobody else's."""
    cast.project.lead = None
    cast.project.save()
    mine = submit_week(cast)
    submit_week(cast, cast.finance)
    (block,) = look(cast, scope=Scope(lens=Lens.PROJECT))
    add_past(block, the_rules(), cast.manager)
    assert {line.entry.pk for line in block.lines} == {entry.pk for entry in mine}
