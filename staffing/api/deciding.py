"""Deciding on leave by the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from approvals.api.dialogues import TextWish
from approvals.asking import answer, ask
from approvals.certifying import Signature
from approvals.models import Decision
from core import clock
from core.api import Listing, Part, Routes, page
from core.errors import NotAllowed
from people.guards import staff_only
from staffing.access import visible_leave
from staffing.api.leave import leave_row, user_of
from staffing.api.schemas import (
    ApproveLeaveWish,
    AskLeaveWish,
    LeaveAsked,
    LeaveDecidedAnswer,
    LeaveRow,
    LeaveSignature,
    LeaveTakenBack,
    ReturnLeaveWish,
    SkippedLeave,
    TakeBackLeaveWish,
)
from staffing.deciding_leave import decide_leave, may_decide_now, take_back_leave
from staffing.desk import LEAVE
from staffing.leave_list import lines_of
from staffing.waiting import waiting_rows

routes = Routes("approvals")


@routes.read("/approvals/leave", Listing[LeaveRow])
@staff_only
def list_waiting_leave(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Lists the requests for leave that wait for one's decision."""
    user = user_of(request)
    if not may_decide_now(user, clock.now()):
        raise NotAllowed
    rows = waiting_rows(user, clock.today(user)).select_related("staff", "leave_type")
    found = page(rows, part)
    return found | {
        "items": [leave_row(line) for line in lines_of(found["items"], user, clock.today(user), decides=True)]
    }


@routes.write("/approvals/leave/approve", LeaveDecidedAnswer)
@staff_only
def approve_leave(request: HttpRequest, wish: ApproveLeaveWish) -> LeaveDecidedAnswer:
    """Approves requests for leave, each in the version that was read; after the last step they are in force."""
    seen = {chosen.id: chosen.version for chosen in wish.requests}
    return _decided(request, list(seen), Decision.Outcome.APPROVED, seen=seen, signed=wish.signature)


@routes.write("/approvals/leave/return", LeaveDecidedAnswer)
@staff_only
def return_leave(request: HttpRequest, wish: ReturnLeaveWish) -> LeaveDecidedAnswer:
    """Returns requests for leave with a reason."""
    return _decided(request, wish.request_ids, Decision.Outcome.REJECTED, reason=wish.reason)


@routes.write("/approvals/leave/take-back", LeaveTakenBack)
@staff_only
def take_back_leave_decisions(request: HttpRequest, wish: TakeBackLeaveWish) -> dict[str, Any]:
    """Takes decisions back: the requests wait again, and what they had replaced is in force again."""
    again = take_back_leave(
        request_ids=wish.request_ids, by=user_of(request), at=clock.now(), reason=wish.reason
    )
    return {"request_ids": again}


@routes.write("/approvals/leave/ask", LeaveAsked)
@staff_only
def ask_about_leave(request: HttpRequest, wish: AskLeaveWish) -> dict[str, Any]:
    """Asks people about their requests for leave, which go on waiting."""
    ids = ask(desk=LEAVE, ids=wish.request_ids, text=wish.text, by=user_of(request), at=clock.now())
    return {"request_ids": ids}


@routes.write("/approvals/leave/{int:request_id}/answer", LeaveRow)
@staff_only
def answer_about_leave(request: HttpRequest, request_id: int, wish: TextWish) -> LeaveRow:
    """Answers the question about one's own request for leave, or replies to its return."""
    user = user_of(request)
    found = get_object_or_404(visible_leave(user).select_related("staff", "leave_type"), pk=request_id)
    answer(desk=LEAVE, subject_id=found.pk, text=wish.text, by=user, at=clock.now())
    return leave_row(lines_of([found], user, clock.today(user))[0])


def _decided(
    request: HttpRequest,
    ids: Sequence[int],
    outcome: Decision.Outcome,
    *,
    reason: str = "",
    seen: Mapping[int, int] | None = None,
    signed: LeaveSignature | None = None,
) -> LeaveDecidedAnswer:
    signature = None
    if signed is not None:
        signature = Signature(signed.typed_name, signed.password, request.META.get("REMOTE_ADDR"))
    decided = decide_leave(
        request_ids=ids,
        outcome=outcome,
        by=user_of(request),
        at=clock.now(),
        reason=reason,
        seen=seen,
        signature=signature,
    )
    return LeaveDecidedAnswer(
        request_ids=decided.request_ids,
        waiting_ids=decided.waiting_ids,
        skipped=[SkippedLeave(id=pk, reason=reason) for pk, reason in decided.skipped.items()],
    )
