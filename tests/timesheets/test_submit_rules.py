"""Checks at submit: each finds what it should, in words that name row and day; set-based for many people."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.periods import Period
from people.models import Holiday
from projects.models import LaborCode, Project, Task
from tests.cast import TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.models import SubmitRule, TimeEntry, TimeRules
from timesheets.submit_rules import Finding, check, check_many

MONDAY = TODAY - timedelta(days=2)
WEEK = Period(MONDAY, MONDAY + timedelta(days=6))


def only(kind: str, severity: str = "WARN", limit: int | None = None) -> None:
    """Only this check is on."""
    SubmitRule.objects.update(severity="OFF")
    changed: dict[str, Any] = {"severity": severity}
    if limit:
        changed["limit_minutes"] = limit
    SubmitRule.objects.filter(kind=kind).update(**changed)


def findings(cast: Cast, **options: Any) -> list[Finding]:
    entries = list(TimeEntry.objects.select_related("project", "task", "labor_code"))
    return check(cast.member.staff_member, entries, WEEK, TimeRules.objects.get(), **options)


def sentences(cast: Cast, **options: Any) -> list[str]:
    return [finding.sentence for finding in findings(cast, **options)]


def test_a_day_counts_all_its_lines_whatever_their_state(cast: Cast) -> None:
    only("DAY_HOURS", limit=600)
    add_time(cast, minutes=400, state="APPROVED")
    add_time(cast, minutes=200)
    assert sentences(cast) == []
    late = add_time(cast, minutes=1)
    entries = [TimeEntry.objects.select_related("project", "task", "labor_code").get(pk=late.pk)]
    found = check(cast.member.staff_member, entries, WEEK, TimeRules.objects.get(), style="clock")
    assert [each.sentence for each in found] == ["Wed 25 Nov has 10:01 h, more than 10:00 h."]
    assert found[0].day == TODAY
    assert found[0].entry_ids == (late.pk,)


def test_a_week_that_is_too_long_and_one_that_is_too_short(cast: Cast) -> None:
    only("WEEK_OVER", limit=2400)
    for number in range(5):
        add_time(cast, on=MONDAY + timedelta(days=number), minutes=480 if number else 540)
    assert sentences(cast) == ["The week of Mon 23 Nov has 41.00 h, more than 40.00 h."]
    only("WEEK_SHORT")
    assert sentences(cast) == []
    TimeEntry.objects.filter(worked_on=TODAY).update(worked_minutes=360)
    assert sentences(cast) == ["Wed 25 Nov is 1.00 h short."]
    TimeEntry.objects.filter(worked_on=MONDAY + timedelta(days=3)).delete()
    assert sentences(cast) == [
        "The week of Mon 23 Nov is 9.00 h short: Wed 25 Nov 2.00 h, Thu 26 Nov 8.00 h."
    ]
    assert sentences(cast, days=[MONDAY]) == []


def test_regular_hours_above_the_limit_need_a_labor_code_of_overtime(cast: Cast) -> None:
    only("OVERTIME", limit=2400)
    lines = [add_time(cast, on=MONDAY + timedelta(days=number)) for number in range(5)]
    assert sentences(cast) == []
    late = add_time(cast, on=MONDAY + timedelta(days=5), minutes=120)
    [found] = findings(cast)
    assert found.sentence == (
        "The week of Mon 23 Nov has 42.00 h of regular work, more than 40.00 h: "
        "2.00 h need a labor code of overtime."
    )
    assert (found.day, found.entry_ids) == (late.worked_on, (*(line.pk for line in lines), late.pk))
    late.labor_code = LaborCode.objects.create(name="Overtime", is_overtime=True)
    late.save()
    assert sentences(cast) == []


def test_lines_of_what_was_closed_since_are_told(cast: Cast) -> None:
    only("CLOSED")
    add_time(cast)
    assert sentences(cast) == []
    LaborCode.objects.filter(pk=cast.engineering.pk).update(is_active=False)
    row = f"{cast.project.name}, {cast.design.name}"
    assert sentences(cast) == [
        f"{row} has the labor code Engineering, which is not offered any more: Wed 25 Nov, 8.00 h."
    ]
    Task.objects.filter(pk=cast.design.pk).update(state="CLOSED")
    assert sentences(cast) == [f"{row} is closed: Wed 25 Nov, 8.00 h."]
    Project.objects.filter(pk=cast.project.pk).update(state="CLOSED")
    assert sentences(cast) == [f"{cast.project.name} is closed: Wed 25 Nov, 8.00 h."]


def test_holidays_lower_what_is_required_and_work_on_them_is_told(cast: Cast) -> None:
    Holiday.objects.create(name="Thanksgiving", on=MONDAY + timedelta(days=3))
    only("WEEK_SHORT")
    for number in (0, 1, 2, 4):
        add_time(cast, on=MONDAY + timedelta(days=number))
    assert sentences(cast) == []
    only("HOLIDAY_WORK", "BLOCK")
    assert sentences(cast) == []
    add_time(cast, on=MONDAY + timedelta(days=3), minutes=120)
    assert sentences(cast) == ["Thu 26 Nov is Thanksgiving, and 2.00 h were worked."]
    assert findings(cast)[0].is_block


@pytest.mark.parametrize("where", ["firm", "project", "task", "labor code", "dcaa"])
def test_a_note_is_asked_for_by_firm_project_task_or_code(cast: Cast, where: str) -> None:
    only("NOTE_MISSING", "OFF" if where == "dcaa" else "BLOCK")
    entry = add_time(cast)
    assert sentences(cast) == []
    if where in ("firm", "dcaa"):
        TimeRules.objects.update(**{"requires_notes" if where == "firm" else "is_dcaa": True})
    else:
        thing = {"project": cast.project, "task": cast.design, "labor code": cast.engineering}[where]
        thing.requires_notes = True
        thing.save(update_fields=["requires_notes"])
    words = "Larkspur Water Main Renewal, Hydraulic design on Wed 25 Nov"
    assert sentences(cast) == [f"{words} has no note."]
    assert findings(cast)[0].entry_ids == (entry.pk,)
    TimeRules.objects.update(note_min_length=10)
    TimeEntry.objects.update(note=" Sizing ")
    assert sentences(cast) == [f"{words} has a note of fewer than 10 characters."]
    TimeEntry.objects.update(note="Sizing of valves")
    assert sentences(cast) == []


def test_a_task_over_its_budget_counts_everybody(cast: Cast) -> None:
    only("OVER_BUDGET")
    cast.design.budget_minutes = 600
    cast.design.save(update_fields=["budget_minutes"])
    add_time(cast, cast.manager, minutes=300, on=TODAY - timedelta(days=60))
    add_time(cast, minutes=300)
    mine = TimeEntry.objects.filter(staff=cast.member.staff_member)
    entries = list(mine.select_related("project", "task", "labor_code"))
    assert check(cast.member.staff_member, entries, WEEK, TimeRules.objects.get()) == []
    cast.design.budget_minutes = 480
    cast.design.save(update_fields=["budget_minutes"])
    entries = list(mine.select_related("project", "task", "labor_code"))
    assert [
        each.sentence for each in check(cast.member.staff_member, entries, WEEK, TimeRules.objects.get())
    ] == ["Larkspur Water Main Renewal, Hydraulic design is 2.00 h over its budget of 8.00 h."]


def test_times_that_overlap(cast: Cast) -> None:
    only("OVERLAP")
    for start, end, minutes in ((8, 10, 120), (10, 12, 120)):
        add_time(cast, minutes=minutes, starts_at=time(start), ends_at=time(end))
    assert sentences(cast) == []
    add_time(cast, minutes=60, starts_at=time(11, 30), ends_at=time(12, 30))
    add_time(cast, minutes=60, starts_at=time(23), ends_at=time(0))
    assert sentences(cast) == ["Times on Wed 25 Nov overlap: 10:00–12:00 and 11:30–12:30."]


def test_blocks_come_first_and_many_people_cost_no_more(cast: Cast) -> None:
    TimeRules.objects.update(requires_notes=True)
    add_time(cast)
    add_time(cast, cast.manager, note="Review", minutes=780)
    people = [cast.member.staff_member, cast.manager.staff_member]
    entries = list(TimeEntry.objects.select_related("project", "task", "labor_code"))
    rules = TimeRules.objects.get()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = check_many(people, entries, WEEK, rules, days={people[0].pk: [TODAY]})
    assert len(queries) <= 4
    assert [each.kind for each in found[people[0].pk]] == ["NOTE_MISSING"]
    assert [each.kind for each in found[people[1].pk]] == ["DAY_HOURS"]
    assert [each.kind for each in findings(cast)] == ["NOTE_MISSING", "WEEK_SHORT"]
