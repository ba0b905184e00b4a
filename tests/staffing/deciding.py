"""Decisions on leave in tests, in few words."""

from approvals.models import Decision
from people.models import User
from staffing.deciding_leave import LeaveDecided, decide_leave
from staffing.models import LeaveRequest
from tests.cast import NOW


def approve(by: User, *requests: LeaveRequest) -> LeaveDecided:
    ids = [request.pk for request in requests]
    return decide_leave(request_ids=ids, outcome=Decision.Outcome.APPROVED, by=by, at=NOW)


def give_back(by: User, request: LeaveRequest, reason: str) -> LeaveDecided:
    return decide_leave(
        request_ids=[request.pk], outcome=Decision.Outcome.REJECTED, by=by, at=NOW, reason=reason
    )
