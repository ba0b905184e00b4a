"""Who may record, see and decide on time."""

from django.db.models import Q

from people.access import has_right
from people.models import StaffMember, User
from people.rights import Right
from timesheets.models import TimeEntry, TimeEntryQuerySet

RECORD_FOR_OTHERS = "timesheets.record_for_others"
APPROVE_TEAM = "timesheets.approve_team"
APPROVE_ALL = "timesheets.approve_all"
LOCK_TIME = "timesheets.lock"

RIGHTS = [
    Right(RECORD_FOR_OTHERS, "enter and submit time for other people", "Time"),
    Right(APPROVE_TEAM, "decide on time that waits for them", "Time"),
    Right(APPROVE_ALL, "decide on everybody's time", "Time"),
    Right(LOCK_TIME, "lock days against changes", "Time"),
]


def may_decide(by: User | None) -> bool:
    """Whether the person decides on anybody's time at all."""
    return has_right(by, APPROVE_TEAM) or has_right(by, APPROVE_ALL)


def decides_alone(by: User) -> bool:
    """Whether the person decides on everybody's time and nobody else does: only then also on their own."""
    if not has_right(by, APPROVE_ALL):
        return False
    others = User.objects.filter(is_active=True, roles__rights__contains=[APPROVE_ALL]).exclude(pk=by.pk)
    return not others.exists()


def can_record(by: User | None, staff: StaffMember) -> bool:
    """Everybody records their own time; others' with the right."""
    if by is not None and by.staff_member == staff:
        return True
    return has_right(by, RECORD_FOR_OTHERS)


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
