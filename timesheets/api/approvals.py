"""Approvals of time: what waits, approving with a certification, returning, cutting, taking back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from approvals.certifying import Signature
from approvals.models import Decision
from approvals.submitting import policy_for
from core import clock
from core.api import Id, Listing, Part, Routes, Wish, page, words_of
from people.guards import guarded
from timesheets.access import APPROVE_ALL, APPROVE_TEAM
from timesheets.api.schemas import (
    RELATED,
    Ids,
    Minutes,
    TimeEntryRow,
    Version,
    entry_row,
    entry_rows,
)
from timesheets.api.whose import user_of
from timesheets.approvals_lists import decided_lately, missing_weeks
from timesheets.approvals_queue import queue, waiting_entries
from timesheets.approving import Decided, approve_time, cut_billable, return_time, take_back
from timesheets.models import TimeRules
from timesheets.subjects import KIND

routes = Routes("approvals")
decider = guarded(APPROVE_TEAM, APPROVE_ALL)


class WaitingFilters(Part):
    mine_only: bool = Field(
        False, description="Only one's own inbox, for those who decide on everybody's time."
    )
    staff_id: Id | None = None
    project_id: Id | None = None


class InboxFilters(Schema):
    mine_only: bool = False


class SheetRow(Schema):
    """A person's week of which lines wait. `flags` are reasons to look, in words."""

    staff_id: int
    staff_name: str
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


class SignatureWish(Wish):
    """The approver's own name and password, under the policy's statement."""

    typed_name: Annotated[str, Field(max_length=120)]
    password: Annotated[str, Field(max_length=200)]


class Chosen(Wish):
    id: Id
    version: Version | None = Field(None, description="The version that was read; another one is skipped.")


class ApproveWish(Wish):
    entries: Annotated[list[Chosen], Field(min_length=1, max_length=500)]
    signature: SignatureWish | None = Field(None, description="Needed where the policy asks for a password.")


class ReturnWish(Wish):
    entry_ids: Ids
    reason: Annotated[str, Field(max_length=300)]


class TakeBackWish(Wish):
    entry_ids: Ids
    reason: Annotated[str, Field(max_length=300)] = ""


class CutWish(Wish):
    billable_minutes: Minutes
    reason: Annotated[str, Field(max_length=300)] = ""
    version: Version


class SkippedRow(Schema):
    id: int
    reason: str


class DecidedAnswer(Schema):
    entry_ids: list[int] = Field(description="Decided on.")
    waiting_ids: list[int] = Field(description="Now wait for the next step.")
    minutes: int
    skipped: list[SkippedRow]
    certification_id: int | None


class TakenBack(Schema):
    entry_ids: list[int] = Field(description="Wait for a decision again.")


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
    """Lists what waits by person and week, those with the most reasons to look first."""
    user = user_of(request)
    found = queue(user, clock.now(), clock.today(user), mine_only=wanted.mine_only)
    return {
        "items": [
            SheetRow(
                staff_id=sheet.staff.pk,
                staff_name=sheet.staff.name,
                first_on=sheet.week.first,
                last_on=sheet.week.last,
                waiting_minutes=sheet.waiting_minutes,
                worked_minutes=sheet.worked_minutes,
                required_minutes=sheet.required,
                days_waiting=sheet.days_waiting,
                flags=[flag.words for flag in sheet.flags],
                entry_ids=[line.entry.pk for line in sheet.waiting],
            )
            for sheet in found.sheets
        ]
    }


@routes.read("/approvals/time/policy", PolicyAnswer)
@decider
def get_time_policy(request: HttpRequest) -> Any:
    """Reads what approving time asks for."""
    return policy_for(KIND)


@routes.write("/approvals/time/approve", DecidedAnswer)
@decider
def approve_time_entries(request: HttpRequest, wish: ApproveWish) -> DecidedAnswer:
    """Approves time entries.

    What waits no more, waits for somebody else or is of another version is skipped with its reason. Where the policy
    asks for it, `signature` certifies its statement.
    """
    signature = None
    if wish.signature is not None:
        address = request.META.get("REMOTE_ADDR")
        signature = Signature(wish.signature.typed_name, wish.signature.password, address)
    decided = approve_time(
        entry_ids=[chosen.id for chosen in wish.entries],
        by=user_of(request),
        at=clock.now(),
        signature=signature,
        seen=_seen(wish.entries),
    )
    return _decided(decided)


def _seen(entries: Sequence[Chosen]) -> dict[int, int] | None:
    """The versions that were read; None when none is named."""
    if all(chosen.version is None for chosen in entries):
        return None
    # A line without a version among others with one was not read: no version is -1.
    return {chosen.id: -1 if chosen.version is None else chosen.version for chosen in entries}


def _decided(decided: Decided) -> DecidedAnswer:
    return DecidedAnswer(
        entry_ids=decided.entry_ids,
        waiting_ids=decided.waiting_ids,
        minutes=decided.minutes,
        skipped=[SkippedRow(id=pk, reason=reason) for pk, reason in decided.skipped.items()],
        certification_id=decided.certification.pk if decided.certification else None,
    )


@routes.write("/approvals/time/return", DecidedAnswer)
@decider
def return_time_entries(request: HttpRequest, wish: ReturnWish) -> DecidedAnswer:
    """Returns time entries to their owner with a reason."""
    decided = return_time(entry_ids=wish.entry_ids, reason=wish.reason, by=user_of(request), at=clock.now())
    return _decided(decided)


@routes.write("/approvals/time/take-back", TakenBack)
@decider
def take_back_time(request: HttpRequest, wish: TakeBackWish) -> dict[str, Any]:
    """Takes decisions back: the lines wait again. Not once they are billed or changed."""
    again = take_back(entry_ids=wish.entry_ids, by=user_of(request), at=clock.now(), reason=wish.reason)
    return {"entry_ids": again}


@routes.write("/approvals/time/{int:entry_id}", TimeEntryRow, method="PATCH")
@decider
def cut_billable_minutes(request: HttpRequest, entry_id: int, wish: CutWish) -> TimeEntryRow:
    """Sets what may be billed of a waiting line, with the reason. What was worked stays."""
    user = user_of(request)
    entry = get_object_or_404(waiting_entries(user, clock.today(user)), pk=entry_id)
    cut_billable(
        entry=entry,
        billable_minutes=wish.billable_minutes,
        reason=wish.reason,
        by=user,
        at=clock.now(),
        version=wish.version,
    )
    return entry_row(entry_id, user)


@routes.read("/approvals/time/missing", MissingWeeks)
@decider
def list_missing_weeks(request: HttpRequest) -> dict[str, Any]:
    """Lists who has not handed in all of the last four full weeks."""
    user = user_of(request)
    found = missing_weeks(user, clock.today(user), TimeRules.objects.get(pk=1))
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


@routes.read("/approvals/time/decided", Decisions)
@decider
def list_decided_time(request: HttpRequest) -> dict[str, Any]:
    """Lists the decisions of the last two weeks that still stand, the latest first; at most fifty."""
    found = decided_lately(user_of(request), clock.now())
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
