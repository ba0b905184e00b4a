"""Kinds of leave, and corrections of balances by hand."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import StaffMember, User
from staffing.access import MANAGE_LEAVE
from staffing.checking import day_words
from staffing.models import LeaveAdjustment, LeaveType


class LeaveIsNotCounted(Refusal):
    sentence = "{name} has no balance that could be corrected."


class BeforeItCounts(Refusal):
    sentence = "{name} is counted from {day}, so a correction before that day would change nothing."


@dataclass(frozen=True)
class LeaveRules:
    """Everything that a firm decides about a kind of leave; minutes and days as LeaveType says."""

    name: str
    counts_from: date
    color: str = LeaveType.Color.ACCENT
    is_paid: bool = True
    accrual: str = LeaveType.Accrual.NONE
    allowance_unit: str = LeaveType.Unit.DAYS
    allowance_days: Decimal = Decimal(0)
    allowance_minutes: int = 0
    year_begins_month: int = 1
    carry_limit_minutes: int | None = None
    carry_months: int | None = None
    allows_negative: bool = False
    needs_approval: bool = True
    allows_half_days: bool = True
    seen_by: str = LeaveType.SeenBy.APPROVERS
    is_active: bool = True


def add_leave_type(*, rules: LeaveRules, by: User | None) -> LeaveType:
    """A new kind of leave, the last of the list. Raises NotAllowed and the promises of LeaveType."""
    require(by, MANAGE_LEAVE)
    with promises(), transaction.atomic():
        last = LeaveType.objects.aggregate(last=Max("position"))["last"] or 0
        made = LeaveType.objects.create(position=last + 1, **asdict(rules))
        audit.acting("leave_type.add", by=by, subject=made)
    return made


def edit_leave_type(*, leave_type: LeaveType, rules: LeaveRules, by: User | None) -> LeaveType:
    """Changes the rules: balances, which are reckoned from them, follow at once, those of the past too.

    What is not active cannot be asked for; what was taken stays. Raises NotAllowed and the promises of LeaveType.
    """
    require(by, MANAGE_LEAVE)
    with promises(), transaction.atomic():
        leave_type = LeaveType.objects.select_for_update().get(pk=leave_type.pk)
        audit.acting("leave_type.edit", by=by, subject=leave_type)
        for name, value in asdict(rules).items():
            setattr(leave_type, name, value)
        leave_type.save()
    return leave_type


def adjust_balance(
    *, staff: StaffMember, leave_type: LeaveType, minutes: int, on: date, reason: str, by: User | None
) -> LeaveAdjustment:
    """Adds minutes to a balance from a day on, or takes them from it when negative. It may end below zero.

    Corrections are never changed: a wrong one is corrected by another. Raises NotAllowed, LeaveIsNotCounted,
    BeforeItCounts.
    """
    require(by, MANAGE_LEAVE)
    if not leave_type.is_counted:
        raise LeaveIsNotCounted(name=leave_type.name, field="leave_type")
    if on < leave_type.counts_from:
        raise BeforeItCounts(name=leave_type.name, day=day_words(leave_type.counts_from), field="on")
    with promises(), transaction.atomic():
        made = LeaveAdjustment.objects.create(
            staff=staff,
            leave_type=leave_type,
            on=on,
            minutes=minutes,
            reason=reason.strip(),
            by=by,
            by_name=by.name if by else "",
        )
        audit.acting("leave.adjust", by=by, subject=staff, adjustment=made.pk, minutes=minutes)
    return made
