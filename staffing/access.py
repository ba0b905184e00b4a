"""Who may manage leave, decide on it, and see what kind of leave somebody has."""

from django.db.models import Q

from people.access import has_right
from people.models import StaffMember, User
from people.rights import Right
from staffing.models import LeaveRequest, LeaveRequestQuerySet, LeaveType

MANAGE_LEAVE = "staffing.manage_leave"
APPROVE_LEAVE = "staffing.approve_leave"

RIGHTS = [
    Right(APPROVE_LEAVE, "decide on leave that waits for them", "Leave"),
    Right(MANAGE_LEAVE, "set up kinds of leave, and manage everybody's leave and balances", "Leave"),
]


def may_decide_leave(by: User | None) -> bool:
    """Whether the person decides on anybody's leave at all."""
    return has_right(by, APPROVE_LEAVE) or has_right(by, MANAGE_LEAVE)


def decides_alone(by: User) -> bool:
    """Whether the person decides on everybody's leave and nobody else does: only then also on their own."""
    if not has_right(by, MANAGE_LEAVE):
        return False
    others = User.objects.filter(is_active=True, roles__rights__contains=[MANAGE_LEAVE]).exclude(pk=by.pk)
    return not others.exists()


def can_request_leave(by: User | None, staff: StaffMember) -> bool:
    """Everybody asks for their own leave; whoever manages leave also for others."""
    if by is not None and by.is_active and by.staff_member == staff:
        return True
    return has_right(by, MANAGE_LEAVE)


def visible_leave(by: User) -> LeaveRequestQuerySet:
    """Requests that the person may read: their own, with the right everybody's, of deciders also their team's."""
    if has_right(by, MANAGE_LEAVE):
        return LeaveRequest.objects.all()
    member = by.staff_member
    if member is None:
        return LeaveRequest.objects.none()
    own = Q(staff=member)
    if has_right(by, APPROVE_LEAVE):
        own |= Q(staff__manager=member)
    return LeaveRequest.objects.filter(own)


HIDDEN_NAME = "Leave"


def kind_name(by: User, request: LeaveRequest, *, decides: bool = False) -> str:
    """What the person reads as the kind of a request; its staff member and kind must be loaded."""
    seen = sees_kind(by, request.staff, request.leave_type, decides=decides)
    return request.leave_type.name if seen else HIDDEN_NAME


def sees_kind(by: User, staff: StaffMember, leave_type: LeaveType, *, decides: bool = False) -> bool:
    """Whether the person sees which kind of leave it is, and its note; others see that somebody is away.

    `decides` says that the request waits, or waited, for them. The manager of the team decides on it.
    """
    if by.staff_member == staff or has_right(by, MANAGE_LEAVE):
        return True
    if leave_type.seen_by == LeaveType.SeenBy.APPROVERS:
        manages = by.staff_member is not None and staff.manager_id == by.staff_member.pk
        return decides or (manages and has_right(by, APPROVE_LEAVE))
    return leave_type.seen_by == LeaveType.SeenBy.EVERYBODY


def types_seen(by: User, staff: StaffMember) -> list[LeaveType]:
    """The kinds on offer of which the person may know what the other one takes. One statement."""
    return [each for each in LeaveType.objects.offered() if sees_kind(by, staff, each)]


def can_see_balance(by: User, staff: StaffMember) -> bool:
    """One's own; those of whoever reports to a decider; with the right everybody's."""
    if by.staff_member == staff or has_right(by, MANAGE_LEAVE):
        return True
    manages = by.staff_member is not None and staff.manager_id == by.staff_member.pk
    return manages and has_right(by, APPROVE_LEAVE)
