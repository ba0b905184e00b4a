"""Leave in tests: days and requests in few words."""

from datetime import date
from typing import Any

from people.models import User
from staffing.models import LeaveRequest, LeaveType
from staffing.requesting import LeaveDays, request_leave
from tests.cast import NOW, TODAY

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)
THURSDAY, FRIDAY = date(2026, 12, 3), date(2026, 12, 4)
DAY = 480


def kind(name: str = "Vacation", **rules: Any) -> LeaveType:
    """A kind of leave that every firm begins with, with other rules where they are named."""
    LeaveType.objects.filter(name=name).update(**rules)
    return LeaveType.objects.get(name=name)


def days(first: date = MONDAY, last: date | None = None, *, of: str = "Vacation", **more: Any) -> LeaveDays:
    return LeaveDays(LeaveType.objects.get(name=of), first, last or first, **more)


def ask(user: User, first: date = MONDAY, last: date | None = None, **more: Any) -> LeaveRequest:
    """The person asks for their own leave."""
    asked = days(first, last, **more)
    return request_leave(staff=user.staff_member, days=asked, by=user, on=TODAY, at=NOW)
