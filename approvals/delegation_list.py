"""Delegations as lists show them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from approvals.access import MANAGE_POLICIES, can_delegate
from approvals.delegating import today_of
from approvals.models import Delegation
from people.access import has_right
from people.models import User

# What ended earlier is history that decisions tell.
SHOWN_DAYS = 90


@dataclass(frozen=True)
class Listed:
    """One delegation as of the approver's day; whether the reader may end it, and whether they are the delegate."""

    delegation: Delegation
    today: date
    may_end: bool
    is_given_to_me: bool

    @property
    def is_over(self) -> bool:
        return self.delegation.ends_on < self.today

    @property
    def is_to_come(self) -> bool:
        return self.delegation.starts_on > self.today

    @property
    def is_mine_to_decide(self) -> bool:
        return self.is_given_to_me and not self.is_over and not self.is_to_come


def delegations_visible_to(user: User) -> QuerySet[Delegation]:
    """Those that the person gave or was given; with the right to manage policies, everybody's. The latest first."""
    found = Delegation.objects.select_related("approver__user", "delegate").order_by("-ends_on", "-pk")
    if has_right(user, MANAGE_POLICIES):
        return found
    member = user.staff_member
    if member is None:
        return found.none()
    return found.filter(Q(approver=member) | Q(delegate=member))


def listed_delegations(user: User, at: datetime) -> list[Listed]:
    """Those of now, of later and of the last ninety days. One statement."""
    recent = delegations_visible_to(user).filter(ends_on__gte=at.date() - timedelta(days=SHOWN_DAYS))
    found = []
    for delegation in recent:
        today = today_of(delegation.approver, at)
        may_end = delegation.ends_on >= today and can_delegate(user, delegation.approver)
        found.append(Listed(delegation, today, may_end, delegation.delegate == user.staff_member))
    return found
