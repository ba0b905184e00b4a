"""Who may see and change expenses. Rights are constants of timesheets.access."""

from datetime import date

from django.db.models import Q, QuerySet

from core.errors import NotAllowed
from people.access import has_right
from people.models import StaffMember, User
from timesheets.access import APPROVE_ALL, APPROVE_TEAM, RECORD_FOR_OTHERS, REIMBURSE, can_record
from timesheets.expenses.waiting import waiting_requests
from timesheets.models import Expense, ExpenseQuerySet, ExpenseReport


def require_record(by: User | None, staff: StaffMember) -> None:
    """Raises NotAllowed unless the person may record expenses of this person."""
    if not can_record(by, staff):
        raise NotAllowed("You record your own expenses only. Ask the owner of your firm for the right.")


def sees_all(by: User) -> bool:
    """Whether the person reads everybody's expenses."""
    return any(has_right(by, right) for right in (RECORD_FOR_OTHERS, APPROVE_ALL, REIMBURSE))


def visible_to(by: User, on: date) -> ExpenseQuerySet:
    """Lines that the person may read, with their receipts: their own; with the rights, everybody's.

    Whoever decides also reads those of people who report to them, of projects they lead, and what waits for them.
    """
    if sees_all(by):
        return Expense.objects.all()
    member = by.staff_member
    if member is None:
        return Expense.objects.none()
    own = Q(report__staff=member)
    if has_right(by, APPROVE_TEAM):
        waiting = waiting_requests(by, on).values("subject_id")
        own |= Q(report__staff__manager=member) | Q(project__lead=member) | Q(pk__in=waiting)
    return Expense.objects.filter(own)


def reports_visible_to(by: User, on: date) -> QuerySet[ExpenseReport]:
    """Reports of which the person may read a line, and their own."""
    if sees_all(by):
        return ExpenseReport.objects.all()
    member = by.staff_member
    if member is None:
        return ExpenseReport.objects.none()
    own = Q(staff=member)
    if has_right(by, APPROVE_TEAM):
        own |= Q(pk__in=visible_to(by, on).values("report_id"))
    return ExpenseReport.objects.filter(own)
