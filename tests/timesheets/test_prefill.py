"""What a week can begin with: favourites, tasks of the person's projects, last week's hours."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.errors import NotAllowed
from core.models import Action
from core.periods import week_of
from people.models import Holiday
from projects.models import ContractLine, Project, Task, TeamMember, WorkClass
from tests.cast import TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.copying import CopiedHours, copy_hours
from timesheets.models import FavouriteRow, TimeEntry, TimeRules
from timesheets.prefill import assigned_rows, favourite_rows
from timesheets.row_search import FAVOURITES, find_rows, steps_of, variants_for
from timesheets.rows import RowKey
from timesheets.starring import star_row, unstar_row
from timesheets.week import week_page

WEEK = week_of(TODAY)
LAST = WEEK.previous()


def star(cast: Cast, row: RowKey) -> None:
    star_row(staff=cast.member.staff_member, row=row, by=cast.member)


def copy(cast: Cast, **changes: Any) -> CopiedHours:
    wanted = {"period": WEEK, "by": cast.member, "on": TODAY} | changes
    return copy_hours(staff=cast.member.staff_member, **wanted)


def test_a_row_is_starred_once_and_no_longer(cast: Cast, row: RowKey) -> None:
    star(cast, row)
    star(cast, RowKey(row.task_id, row.labor_code_id, None, True))  # that is the default anyway
    assert FavouriteRow.objects.count() == 1
    assert week_page(cast.member.staff_member, WEEK, TODAY, added=[row]).rows[0].is_favourite
    unstar_row(staff=cast.member.staff_member, row=row, by=cast.member)
    unstar_row(staff=cast.member.staff_member, row=row, by=cast.member)
    assert not FavouriteRow.objects.exists()
    with pytest.raises(NotAllowed):
        star_row(staff=cast.member.staff_member, row=row, by=cast.finance)


def test_favourites_come_first_in_the_picker_and_say_why_they_cannot_come(cast: Cast, row: RowKey) -> None:
    staff, rules = cast.member.staff_member, TimeRules.objects.get()
    other = RowKey.of(cast.review, None)
    star(cast, other)
    add_time(cast)
    assert [choice.group for choice in find_rows(staff, "", on=TODAY, by=cast.member)][:2] == [
        FAVOURITES,
        "Recent",
    ]
    assert [place.key for place in favourite_rows(staff, [], rules).rows] == [other]
    assert favourite_rows(staff, [other], rules).skipped[0][1] == "It is in this week already."
    Task.objects.filter(pk=cast.review.pk).update(state="CLOSED")
    assert "closed" in favourite_rows(staff, [], rules).skipped[0][1]


def test_tab_goes_through_the_columns_that_the_firm_shows(cast: Cast, row: RowKey) -> None:
    staff = cast.member.staff_member
    WorkClass.objects.create(name="Denver")
    assert steps_of(TimeRules(shows_class=True, shows_billable=True)) == ["code", "class", "billable"]
    assert steps_of(TimeRules(shows_labor_code=False)) == []
    assert variants_for(staff, row, "code")[0].text == "Engineering"
    assert [choice.text for choice in variants_for(staff, row, "class")] == ["No class", "Denver"]
    assert [choice.key for choice in variants_for(staff, row, "billable")] == [
        row,
        RowKey(row.task_id, row.labor_code_id, None, False),
    ]
    Project.objects.update(is_billable=False)
    assert [choice.text for choice in variants_for(staff, row, "billable")] == ["Not billable"]


def test_tasks_of_the_teams_one_is_on(cast: Cast, django_assert_max_num_queries: Any) -> None:
    closed = Project.objects.create(client=cast.client, name="Old", code="OLD", state="CLOSED")
    line = ContractLine.objects.create(project=closed, name="T&M")
    Task.objects.create(project=closed, contract_line=line, name="Work")
    TeamMember.objects.create(project=closed, staff=cast.member.staff_member)
    design = RowKey.of(cast.design, cast.engineering)
    with django_assert_max_num_queries(2):
        places = assigned_rows(cast.member.staff_member, [design], TODAY)
    assert [place.task for place in places] == [cast.review]
    assert assigned_rows(cast.finance.staff_member, [], TODAY) == []


def test_hours_come_without_notes_and_anew_rated(cast: Cast) -> None:
    add_time(cast, minutes=90, on=LAST.first, note="Flows", rate_amount=1)
    add_time(cast, minutes=30, on=LAST.first)
    add_time(cast, minutes=60, on=LAST.first + timedelta(days=1), task=cast.review, labor_code=None)
    copied = copy(cast)
    assert copied.skipped == []
    lines = TimeEntry.objects.filter(worked_on__gte=WEEK.first).order_by("worked_on")
    assert [(line.worked_on.day, line.worked_minutes, line.note, line.state) for line in lines] == [
        (23, 120, "", "DRAFT"),
        (24, 60, "", "DRAFT"),
    ]
    assert {str(line.rate_amount) for line in lines} == {"190.0000"}
    assert lines[0].recorded_by_name == cast.member.name
    assert Action.objects.get(verb="time.copy").facts["minutes"] == 180


def test_what_stays_behind_is_named_with_its_reason(cast: Cast) -> None:
    for days in range(5):
        add_time(cast, minutes=60, on=LAST.first + timedelta(days=days))
    add_time(cast, minutes=60, on=LAST.first, task=cast.review)
    add_time(cast, minutes=30, on=WEEK.first)
    Holiday.objects.create(name="Thanksgiving", on=date(2026, 11, 26))
    Task.objects.filter(pk=cast.review.pk).update(state="CLOSED")
    TimeRules.objects.update(locked_through=WEEK.first + timedelta(days=1))
    copied = copy(cast)
    assert [(on.day if on else None, why) for _, on, why in copied.skipped] == [
        (23, "There is time already."),
        (24, "Tue 24 Nov is locked. Ask whoever closes the months of your firm to open it."),
        (26, "Thanksgiving."),
        (None, "The task Structural review is closed. Time can be logged again when it is reopened."),
    ]
    assert [entry.worked_on.day for entry in copied.entries] == [25, 27]
    assert copy(cast).entries == []


def test_a_note_that_is_needed_at_once_keeps_hours_behind(cast: Cast) -> None:
    add_time(cast, on=LAST.first)
    TimeRules.objects.update(requires_notes=True, notes_checked="SAVE")
    ((_, _, why),) = copy(cast).skipped
    assert "asks for a note" in why


def test_copying_costs_as_much_for_many_cells_as_for_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for days in range(5):
        for task in (cast.design, cast.review):
            add_time(cast, minutes=30, on=LAST.first + timedelta(days=days), task=task)
    with django_assert_max_num_queries(14):
        assert len(copy(cast).entries) == 10


def test_nobody_copies_for_others_without_the_right(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        copy(cast, by=cast.finance)
