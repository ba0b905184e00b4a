"""Approvals of time, to read: what waits, who is missing, what was decided, the story of a line."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from approvals.guards import deciders
from approvals.models import Decision
from approvals.submitting import policy_for
from core import clock
from core.api import Day, Id, Listing, Part, Routes, page, words_of
from timesheets.access import APPROVE_ALL, APPROVE_TEAM, visible_to
from timesheets.api.schemas import (
    RELATED,
    TimeEntryRow,
    entry_rows,
)
from timesheets.api.whose import user_of
from timesheets.approvals_keys import Lens, Scope
from timesheets.approvals_lists import decided_lately, missing_time
from timesheets.approvals_queue import queue, waiting_entries
from timesheets.approvals_sheets import Sheet
from timesheets.approvals_story import story_of
from timesheets.models import TimeRules
from timesheets.subjects import KIND

routes = Routes("approvals")
decider = deciders(APPROVE_TEAM, APPROVE_ALL)


class WaitingFilters(Part):
    mine_only: bool = Field(
        False, description="Only one's own inbox, for those who decide on everybody's time."
    )
    staff_id: Id | None = None
    project_id: Id | None = None


class InboxFilters(Schema):
    """`lens` puts the same lines together by person or by project, by period or by month."""

    mine_only: bool = False
    lens: Annotated[Lens, words_of(Lens)] = Lens.PERSON
    monthly: bool = False
    on: Day | None = Field(None, description="Only the period or month that holds this day.")


class SheetRow(Schema):
    """A person's or a project's lines of a period, of which some wait. `flags` are reasons to look, in words."""

    staff_id: int | None
    staff_name: str
    project_id: int | None
    project_name: str
    first_on: date
    last_on: date
    waiting_minutes: int
    worked_minutes: int
    required_minutes: int
    days_waiting: int
    flags: list[str]
    entry_ids: list[int] = Field(description="The lines that wait.")


class Sheets(Schema):
    items: list[SheetRow]


class PolicyAnswer(Schema):
    """What approving asks for."""

    statement: str
    asks_password: bool


class MissingWeekRow(Schema):
    staff_id: int
    staff_name: str
    first_on: date
    handed_in_minutes: int
    drafted_minutes: int
    required_minutes: int


class MissingWeeks(Schema):
    items: list[MissingWeekRow]


class DecisionRow(Schema):
    """Lines of one person that were decided in one go. `mark` says why it is final."""

    decision_id: int
    staff_id: int
    staff_name: str
    outcome: Annotated[Decision.Outcome, words_of(Decision.Outcome)]
    at: datetime
    by_name: str
    reason: str
    lines: int
    minutes: int
    first_on: date
    last_on: date
    can_take_back: bool
    mark: str


class Decisions(Schema):
    items: list[DecisionRow]


class DifferenceRow(Schema):
    """One value that changed, as people read it."""

    label: str
    old: str
    new: str


class EventRow(Schema):
    at: datetime
    by_name: str
    what: str
    why: str
    changes: list[DifferenceRow]


class Story(Schema):
    items: list[EventRow]


@routes.read("/approvals/time", Listing[TimeEntryRow])
@decider
def list_waiting_time(request: HttpRequest, wanted: Query[WaitingFilters]) -> dict[str, Any]:
    """Lists the time entries that wait for one's decision."""
    user = user_of(request)
    rows = waiting_entries(user, clock.today(user), mine_only=wanted.mine_only)
    asked = {"staff": wanted.staff_id, "project": wanted.project_id}
    rows = rows.filter(**{column: value for column, value in asked.items() if value is not None})
    found = page(rows.select_related(*RELATED), wanted)
    return found | {"items": entry_rows(found["items"], user)}


@routes.read("/approvals/time/sheets", Sheets)
@decider
def list_waiting_sheets(request: HttpRequest, wanted: Query[InboxFilters]) -> dict[str, Any]:
    """Lists what waits by person or project, those with the most reasons to look first."""
    user = user_of(request)
    scope = Scope(wanted.lens, wanted.monthly, wanted.on, wanted.mine_only)
    found = queue(user, clock.now(), clock.today(user), scope=scope)
    return {"items": [_sheet_row(sheet) for sheet in found.sheets]}


def _sheet_row(sheet: Sheet) -> SheetRow:
    return SheetRow(
        staff_id=sheet.staff.pk if sheet.staff else None,
        staff_name=sheet.staff.name if sheet.staff else "",
        project_id=sheet.project.pk if sheet.project else None,
        project_name=sheet.project.name if sheet.project else "",
        first_on=sheet.period.first,
        last_on=sheet.period.last,
        waiting_minutes=sheet.waiting_minutes,
        worked_minutes=sheet.worked_minutes,
        required_minutes=sheet.required,
        days_waiting=sheet.days_waiting,
        flags=[flag.words for flag in sheet.flags],
        entry_ids=[line.entry.pk for line in sheet.waiting],
    )


@routes.read("/approvals/time/policy", PolicyAnswer)
@decider
def get_time_policy(request: HttpRequest) -> Any:
    """Reads what approving time asks for."""
    return policy_for(KIND)


@routes.read("/approvals/time/missing", MissingWeeks)
@decider
def list_missing_weeks(request: HttpRequest) -> dict[str, Any]:
    """Lists who has not handed in all of the last four periods that are over."""
    user = user_of(request)
    found = missing_time(user, clock.today(user), TimeRules.objects.get(pk=1))
    return {
        "items": [
            MissingWeekRow(
                staff_id=missing.staff.pk,
                staff_name=missing.staff.name,
                first_on=week.first,
                handed_in_minutes=week.handed_in,
                drafted_minutes=week.drafted,
                required_minutes=week.required,
            )
            for missing in found
            for week in missing.weeks
        ]
    }


@routes.read("/approvals/time/{int:entry_id}/history", Story)
@decider
def get_time_history(request: HttpRequest, entry_id: int) -> dict[str, Any]:
    """Reads what happened to a line: submitted, changed from what to what, asked about, decided; the latest first."""
    user = user_of(request)
    lines = visible_to(user).filter(pk=entry_id)
    get_object_or_404(lines)
    return {
        "items": [
            EventRow(
                at=event.at,
                by_name=event.who,
                what=event.words,
                why=event.why,
                changes=[
                    DifferenceRow(label=one.label, old=one.old, new=one.new) for one in event.differences
                ],
            )
            for event in story_of(lines, user.hours_style)
        ]
    }


@routes.read("/approvals/time/decided", Decisions)
@decider
def list_decided_time(request: HttpRequest) -> dict[str, Any]:
    """Lists the decisions of the last two weeks that still stand, the latest first; at most fifty."""
    found = decided_lately(user_of(request), clock.now(), TimeRules.objects.get(pk=1))
    return {
        "items": [
            DecisionRow(
                decision_id=each.decision_id,
                staff_id=each.staff_id,
                staff_name=each.staff_name,
                outcome=Decision.Outcome(each.outcome),
                at=each.at,
                by_name=each.by_name,
                reason=each.reason,
                lines=each.lines,
                minutes=each.minutes,
                first_on=each.first,
                last_on=each.last,
                can_take_back=each.can_take_back,
                mark=each.mark.words if each.mark else "",
            )
            for each in found
        ]
    }
