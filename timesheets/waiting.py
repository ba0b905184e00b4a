"""Which lines wait for a person's decision. Queue, dialogs and operations ask here, so that they never differ."""

from datetime import date

from django.db.models import Exists, Q, QuerySet

from approvals.approvers import waiting_for, without_own
from approvals.models import Request
from people.access import has_right
from people.models import User
from timesheets.access import APPROVE_ALL
from timesheets.models import TimeRules
from timesheets.subjects import KIND


def waiting_requests(user: User, on: date, *, mine_only: bool = False) -> QuerySet[Request]:
    """Open requests that the person decides on: all of them with the right, else (or with `mine_only`) their own inbox.

    `on` is a day, or an instant, which operations give. Their own lines are left out, unless the policy allows deciding
    on those or there is nobody else who could.
    """
    decides_all = has_right(user, APPROVE_ALL) and not mine_only
    found: QuerySet[Request] = Request.objects.filter(
        waiting_for(user, on=on, decides_all=decides_all), subject_kind=KIND
    )
    found = without_own(found, user, APPROVE_ALL)
    if user.staff_member is None:
        return found
    # Under rules of government contracts nobody decides on their own time.
    is_dcaa = Exists(TimeRules.objects.filter(pk=1, is_dcaa=True))
    return found.exclude(Q(owner=user.staff_member) & Q(is_dcaa))
