"""Deciding on time by the API: approving with a certification, returning, asking, changing minutes, taking back."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from approvals.api.dialogues import Text, TextWish
from approvals.asking import answer, ask
from approvals.certifying import Signature
from core import clock
from core.api import Id, Routes, Wish
from people.guards import guarded, staff_only
from timesheets.access import APPROVE_ALL, APPROVE_TEAM, EDIT_BILLABLE, EDIT_WORKED, UNAPPROVE, visible_to
from timesheets.api.schemas import Ids, Minutes, TimeEntryRow, Version, entry_row
from timesheets.api.whose import user_of
from timesheets.approvals_queue import waiting_entries
from timesheets.approving import Decided, approve_time, return_time
from timesheets.cutting import change_worked, cut_billable
from timesheets.desk import TIME
from timesheets.unapproving import take_back, unapprove_time

routes = Routes("approvals")
decider = guarded(APPROVE_TEAM, APPROVE_ALL)


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


class ReturnTimeWish(Wish):
    entry_ids: Ids
    reason: Annotated[str, Field(max_length=300)]


class TakeBackWish(Wish):
    entry_ids: Ids
    reason: Annotated[str, Field(max_length=300)] = ""


class CutWish(Wish):
    billable_minutes: Minutes
    reason: Annotated[str, Field(max_length=300)] = ""
    version: Version


class WorkedWish(Wish):
    worked_minutes: Minutes
    reason: Annotated[str, Field(max_length=300)]
    version: Version


class UnapproveWish(Wish):
    entry_ids: Ids
    reason: Annotated[str, Field(max_length=300)]


class AskWish(Wish):
    entry_ids: Ids
    text: Text


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


class Asked(Schema):
    entry_ids: list[int] = Field(description="Asked about; they go on waiting.")


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
def return_time_entries(request: HttpRequest, wish: ReturnTimeWish) -> DecidedAnswer:
    """Returns time entries to their owner with a reason."""
    decided = return_time(entry_ids=wish.entry_ids, reason=wish.reason, by=user_of(request), at=clock.now())
    return _decided(decided)


@routes.write("/approvals/time/take-back", TakenBack)
@decider
def take_back_time(request: HttpRequest, wish: TakeBackWish) -> dict[str, Any]:
    """Takes decisions back: the lines wait again. Not once they are billed or changed."""
    again = take_back(entry_ids=wish.entry_ids, by=user_of(request), at=clock.now(), reason=wish.reason)
    return {"entry_ids": again}


@routes.write("/approvals/time/unapprove", TakenBack)
@guarded(UNAPPROVE)
def unapprove_time_entries(request: HttpRequest, wish: UnapproveWish) -> dict[str, Any]:
    """Takes approvals back with a reason, whoever gave them. Not once the work is billed or posted."""
    again = unapprove_time(entry_ids=wish.entry_ids, reason=wish.reason, by=user_of(request), at=clock.now())
    return {"entry_ids": again}


@routes.write("/approvals/time/ask", Asked)
@decider
def ask_about_time(request: HttpRequest, wish: AskWish) -> dict[str, Any]:
    """Asks the owners about lines that wait for one's decision."""
    ids = ask(desk=TIME, ids=wish.entry_ids, text=wish.text, by=user_of(request), at=clock.now())
    return {"entry_ids": ids}


@routes.write("/approvals/time/{int:entry_id}/answer", TimeEntryRow)
@staff_only
def answer_about_time(request: HttpRequest, entry_id: int, wish: TextWish) -> TimeEntryRow:
    """Answers the question about one's own line, or replies to its return."""
    user = user_of(request)
    get_object_or_404(visible_to(user), pk=entry_id)
    answer(desk=TIME, subject_id=entry_id, text=wish.text, by=user, at=clock.now())
    return entry_row(entry_id, user)


@routes.write("/approvals/time/{int:entry_id}/worked", TimeEntryRow, method="PATCH")
@guarded(EDIT_WORKED)
def change_worked_minutes(request: HttpRequest, entry_id: int, wish: WorkedWish) -> TimeEntryRow:
    """Sets what was worked of somebody's waiting line, with the reason."""
    user = user_of(request)
    entry = get_object_or_404(waiting_entries(user, clock.today(user)), pk=entry_id)
    change_worked(
        entry=entry,
        worked_minutes=wish.worked_minutes,
        reason=wish.reason,
        by=user,
        at=clock.now(),
        version=wish.version,
    )
    return entry_row(entry_id, user)


@routes.write("/approvals/time/{int:entry_id}", TimeEntryRow, method="PATCH")
@guarded(EDIT_BILLABLE)
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
