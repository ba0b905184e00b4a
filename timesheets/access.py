"""Who may record, see and decide on time."""

from django.db.models import Q

from approvals.approvers import may_be_asked
from core.errors import NotAllowed
from people.access import has_right
from people.models import StaffMember, User
from people.rights import Right
from timesheets.models import TimeEntry, TimeEntryQuerySet, TimeRules

RECORD_FOR_OTHERS = "timesheets.record_for_others"
APPROVE_TEAM = "timesheets.approve_team"
APPROVE_ALL = "timesheets.approve_all"
LOCK_TIME = "timesheets.lock"
EDIT_BILLABLE = "timesheets.edit_billable"
EDIT_WORKED = "timesheets.edit_worked"
UNAPPROVE = "timesheets.unapprove"
ENTER_IN_CLOSED = "timesheets.enter_in_closed"
SET_RATE = "timesheets.set_rate"
MANAGE_RULES = "timesheets.manage_rules"
REIMBURSE = "timesheets.reimburse"
MANAGE_EXPENSES = "timesheets.manage_expenses"

RIGHTS = [
    Right(RECORD_FOR_OTHERS, "enter and submit time for other people", "Time"),
    Right(APPROVE_TEAM, "decide on time that waits for them", "Time"),
    Right(APPROVE_ALL, "decide on everybody's time", "Time"),
    Right(LOCK_TIME, "lock days against changes", "Time"),
    Right(EDIT_BILLABLE, "change billable hours while approving", "Time"),
    Right(EDIT_WORKED, "change worked hours of others while approving", "Time"),
    Right(UNAPPROVE, "take approvals back until the work is billed or posted", "Time"),
    Right(ENTER_IN_CLOSED, "enter time and expenses on locked days, with a reason", "Time"),
    Right(SET_RATE, "set the rate of a single line of time, with a reason", "Time"),
    Right(MANAGE_RULES, "change the rules of time: periods, notes, locks, checks", "Time"),
    Right(REIMBURSE, "pay expenses back, and reverse what was paid", "Expenses"),
    Right(MANAGE_EXPENSES, "change expense codes, rates, markup, limits and exchange rates", "Expenses"),
]


def may_decide(by: User | None) -> bool:
    """Whether the person decides on anybody's time at all: by right, or because a step or an approver names them."""
    if has_right(by, APPROVE_TEAM) or has_right(by, APPROVE_ALL):
        return True
    return by is not None and may_be_asked(by)


def require_decider(by: User | None) -> None:
    """Raises NotAllowed unless the person decides on somebody's time."""
    if not may_decide(by):
        raise NotAllowed("You do not decide on time. Ask the owner of your firm for the right.")


def decides_alone(by: User) -> bool:
    """Whether the person decides on everybody's time and nobody else does: only then also on their own."""
    if not has_right(by, APPROVE_ALL):
        return False
    others = User.objects.filter(is_active=True, roles__rights__contains=[APPROVE_ALL]).exclude(pk=by.pk)
    return not others.exists()


def can_record(by: User | None, staff: StaffMember) -> bool:
    """Everybody records their own time; others' with the right, but under DCAA rules nobody does.

    No statement for one's own time.
    """
    if by is None or by.staff_member == staff:
        return True
    return has_right(by, RECORD_FOR_OTHERS) and not TimeRules.objects.filter(pk=1, is_dcaa=True).exists()


def can_see_record(by: User, staff: StaffMember) -> bool:
    """Whether the person may read somebody's whole certified time: their own, of those they manage, or with a right."""
    if by.staff_member == staff or has_right(by, APPROVE_ALL) or has_right(by, RECORD_FOR_OTHERS):
        return True
    member = by.staff_member
    return has_right(by, APPROVE_TEAM) and member is not None and staff.manager_id == member.pk


def visible_to(by: User) -> TimeEntryQuerySet:
    """Lines that the person may read: their own; with the rights, everybody's.

    Whoever decides on the time of their team also reads that of people who report to them and of projects they lead.
    """
    if has_right(by, RECORD_FOR_OTHERS) or has_right(by, APPROVE_ALL):
        return TimeEntry.objects.all()
    member = by.staff_member
    if member is None:
        return TimeEntry.objects.none()
    own = Q(staff=member)
    if has_right(by, APPROVE_TEAM):
        own |= Q(staff__manager=member) | Q(project__lead=member)
    return TimeEntry.objects.filter(own)
