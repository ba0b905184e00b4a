"""Questions about leave: the rules and words of this room for approvals.asking."""

from collections.abc import Collection

from django.urls import reverse

from approvals.desks import Desk, Topic
from people.models import User
from staffing.access import kind_name
from staffing.deciding_leave import mandate_of, require_decider
from staffing.models import LeaveRequest
from staffing.subjects import KIND
from staffing.waiting import waiting_requests


def _topics(ids: Collection[int], reader: User) -> dict[int, Topic]:
    """The requests, the earliest days first. One statement."""
    found = LeaveRequest.objects.filter(pk__in=ids).select_related("staff", "leave_type")
    return {leave.pk: _topic(leave, reader) for leave in found.order_by("starts_on", "pk")}


def _topic(leave: LeaveRequest, reader: User) -> Topic:
    name = kind_name(reader, leave, decides=True)
    return Topic(
        title=leave.span.words,
        about=f"Cancels {name}" if leave.is_cancellation else name,
        page_url=f"{reverse('staffing:leave')}?year={leave.starts_on.year}",
        queue_url=reverse("staffing:leave-requests"),
        dialog_url=reverse("staffing:leave-question", args=[leave.pk]),
    )


LEAVE = Desk(
    kind=KIND,
    noun="leave",
    one="request",
    many="requests",
    require=require_decider,
    waiting=waiting_requests,
    mandate=mandate_of,
    topics=_topics,
)
