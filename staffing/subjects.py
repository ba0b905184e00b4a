"""Requests for leave as approvals sees them, and as a certification hashes them."""

from collections.abc import Iterable
from typing import Any

from approvals.ports import Subject
from staffing.models import LeaveRequest

KIND = "staffing.leaverequest"


def subject_of(request: LeaveRequest, minutes: int = 0) -> Subject:
    """The request for approvals, with the minutes that it takes. Its staff member must be loaded."""
    return Subject(
        kind=KIND,
        id=request.pk,
        owner_id=request.staff_id,
        minutes=minutes,
        department_id=request.staff.department_id,
    )


def certified_lines(requests: Iterable[LeaveRequest]) -> list[dict[str, Any]]:
    """What is certified of each request, in a fixed order."""
    return [
        {
            "id": request.pk,
            "staff": request.staff_id,
            "leave_type": request.leave_type_id,
            "kind": request.kind,
            "replaces": request.replaces_id,
            "starts_on": request.starts_on.isoformat(),
            "ends_on": request.ends_on.isoformat(),
            "starts_at_noon": request.starts_at_noon,
            "ends_at_noon": request.ends_at_noon,
            "note": request.note,
        }
        for request in sorted(requests, key=lambda request: request.pk)
    ]
