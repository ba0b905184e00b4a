"""What days of leave would take and leave, before they are asked for."""

from dataclasses import dataclass, field, replace
from datetime import date

from people.models import StaffMember
from staffing.balances import Balance, balances_for, leave_minutes
from staffing.half_days import in_days
from staffing.leave_list import Away, others_away
from staffing.models import LeaveRequest
from staffing.requesting import LeaveDays
from staffing.required import calendar_of

MOST_DAYS = 366


@dataclass(frozen=True)
class Proposal:
    """Days of leave that are not asked for yet. `request` is not saved."""

    request: LeaveRequest
    minutes: int = 0
    day_minutes: int = 0
    # Holidays inside, which cost nothing.
    holidays: list[str] = field(default_factory=list)
    # Of kinds with a balance, with these days counted as waiting.
    balance: Balance | None = None
    away: list[Away] = field(default_factory=list)

    @property
    def days(self) -> str:
        return in_days(self.minutes, self.day_minutes)

    @property
    def left(self) -> str:
        """Days that would be left in the year of the leave."""
        return in_days(self.balance.left, self.balance.day_minutes) if self.balance else ""

    @property
    def is_too_much(self) -> bool:
        balance = self.balance
        if balance is None or balance.leave_type.allows_negative:
            return False
        return balance.lowest(self.request.starts_on) < 0


def propose(*, staff: StaffMember, days: LeaveDays, found: LeaveRequest | None, on: date) -> Proposal:
    """Reckons without writing; `found` is the request that these days would change. Six statements.

    Days in the wrong order, or too many, make an empty proposal: asking for them says what is wrong.
    """
    request = LeaveRequest(
        staff=staff,
        leave_type=days.leave_type,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        starts_at_noon=days.starts_at_noon,
        ends_at_noon=days.ends_at_noon,
    )
    if days.ends_on < days.starts_on or (days.ends_on - days.starts_on).days >= MOST_DAYS:
        return Proposal(request)
    calendar = calendar_of([staff], days.starts_on, days.ends_on)
    workdays = calendar.workdays(staff, request.period.days())
    usual = [minutes for minutes in calendar.pattern_of(staff, days.starts_on) if minutes]
    balance = None
    if days.leave_type.is_counted:
        (now,) = balances_for([staff], on, types=[days.leave_type], instead_of=found, proposed=request)[
            staff.pk
        ]
        balance = replace(now, on=days.starts_on)
    return Proposal(
        request,
        sum(minutes for _, minutes in leave_minutes(request, staff, calendar)),
        sum(usual) // len(usual) if usual else 0,
        [day.holiday for day in workdays if day.holiday and day.is_workday],
        balance,
        others_away(request),
    )
