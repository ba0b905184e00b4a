"""Which requests for leave wait for a person's decision. Page, dialogs, inbox and API ask here, so that they agree."""

from datetime import date

from django.db.models import QuerySet

from approvals.approvers import waiting_for, without_own
from approvals.models import Request
from people.access import has_right
from people.models import User
from staffing.access import MANAGE_LEAVE
from staffing.models import LeaveRequest, LeaveRequestQuerySet
from staffing.subjects import KIND


def waiting_requests(user: User, on: date, *, mine_only: bool = False) -> QuerySet[Request]:
    """Open requests that the person decides on: all with the right to manage leave, else (or `mine_only`) their inbox.

    Their own are left out, unless the policy allows deciding on those or there is nobody else who could.
    """
    decides_all = has_right(user, MANAGE_LEAVE) and not mine_only
    found = Request.objects.filter(waiting_for(user, on=on, decides_all=decides_all), subject_kind=KIND)
    return without_own(found, user, MANAGE_LEAVE)


def waiting_rows(user: User, on: date, *, mine_only: bool = False) -> LeaveRequestQuerySet:
    """The leave that waits for the person, the earliest first; without a statement."""
    asked = waiting_requests(user, on, mine_only=mine_only).values("subject_id")
    found = LeaveRequest.objects.filter(state=LeaveRequest.State.SUBMITTED, pk__in=asked)
    return found.order_by("starts_on", "pk")
