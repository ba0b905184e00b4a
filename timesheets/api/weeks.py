"""The week as the grid shows it, and submitting or recalling it whole."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from core.api import Day, Id, Routes
from core.periods import week_of
from people.guards import signed_in
from timesheets.api.schemas import (
    RELATED,
    OwnerWish,
    TimeEntryRow,
    Today,
    entry_rows,
)
from timesheets.api.whose import staff_of, today_of, user_of
from timesheets.models import TimeEntry, TimeRules
from timesheets.week import Row, Week, week_page

routes = Routes("time")


class Frame(Schema):
    """Whose week, and what counts as today."""

    staff_id: Annotated[Id | None, Field(description="Left out: the person of the token.")] = None
    on: Today = None


class DayRow(Schema):
    on: date
    worked_minutes: int
    holiday_minutes: int
    leave_minutes: int
    required_minutes: int = Field(description="What the pattern asks for; holiday and leave count toward it.")
    holiday: str
    leave: str
    is_locked: bool
    is_too_far: bool = Field(description="After the current week, and the firm does not fill in ahead.")


class WeekRow(Schema):
    """A row of the grid. `why_closed` says why no time can be added to it; empty where it can."""

    task_id: int
    task_name: str
    labor_code_id: int | None
    labor_code_name: str
    work_class_id: int | None
    work_class_name: str
    project_id: int
    project_name: str
    client_id: int
    client_name: str
    is_billable: bool
    is_favourite: bool
    why_closed: str
    minutes: int
    minutes_left: int | None = Field(
        description="Of the task's budget, all people's time counted; null without a budget or where the firm hides it."
    )


class WeekAnswer(Schema):
    """A person's week: its days, its rows, and all its lines."""

    staff_id: int
    first_on: date
    last_on: date
    state: str = Field(description="Open, Submitted, Approved and so on: what its lines come to.")
    worked_minutes: int
    billable_minutes: int
    holiday_minutes: int
    required_minutes: int
    statement: str = Field(description="What whoever submits this time declares.")
    days: list[DayRow]
    rows: list[WeekRow]
    entries: list[TimeEntryRow]


class WeekWish(OwnerWish):
    on: Today = None


@routes.read("/weeks/{day}", WeekAnswer)
@signed_in
def get_week(request: HttpRequest, day: Day, frame: Query[Frame]) -> WeekAnswer:
    """Reads the week of a day.

    With its rows as the grid shows them: in the current week also those of the week before.
    """
    week = _week(request, day, frame.staff_id, frame.on)
    entries = TimeEntry.objects.filter(pk__in=[entry.pk for entry in week.entries]).select_related(*RELATED)
    return WeekAnswer(
        staff_id=week.staff.pk,
        first_on=week.period.first,
        last_on=week.period.last,
        state=week.state[2],
        worked_minutes=week.worked_minutes,
        billable_minutes=week.billable_minutes,
        holiday_minutes=week.holiday_minutes,
        required_minutes=week.required_minutes,
        statement=week.rules.submit_statement,
        days=_days(week),
        rows=[_row(row) for row in week.rows],
        entries=entry_rows(list(entries.order_by("worked_on", "pk")), user_of(request)),
    )


def _week(request: HttpRequest, day: date, staff_id: int | None, on: date | None) -> Week:
    staff, rules = staff_of(request, staff_id), TimeRules.objects.get(pk=1)
    return week_page(staff, week_of(day, rules.week_starts_on), today_of(request, on), rules=rules)


def _days(week: Week) -> list[DayRow]:
    return [
        DayRow(
            on=day.on,
            worked_minutes=day.minutes,
            holiday_minutes=day.workday.holiday_minutes,
            required_minutes=day.required_minutes,
            holiday=day.workday.holiday or "",
            leave_minutes=day.workday.leave_minutes,
            leave=day.workday.leave_name,
            is_locked=day.is_locked,
            is_too_far=day.is_too_far,
        )
        for day in week.days
    ]


def _row(row: Row) -> WeekRow:
    place = row.place
    return WeekRow(
        task_id=place.task.pk,
        task_name=place.task.name,
        labor_code_id=place.labor_code.pk if place.labor_code else None,
        labor_code_name=place.labor_code.name if place.labor_code else "",
        work_class_id=place.work_class.pk if place.work_class else None,
        work_class_name=place.work_class.name if place.work_class else "",
        project_id=place.project.pk,
        project_name=place.project.name,
        client_id=place.client.pk,
        client_name=place.client.name,
        is_billable=place.is_billable,
        is_favourite=row.is_favourite,
        why_closed=place.refusal.message if place.refusal else "",
        minutes=row.minutes,
        minutes_left=row.minutes_left,
    )
