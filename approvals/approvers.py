"""Who decides: the condition on what waits for a person, and the people in whose place somebody decides."""

from datetime import date, datetime

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from approvals.models import Delegation, Request, Seat
from people.access import has_right
from people.models import StaffMember, User


def delegations_at(at: datetime) -> QuerySet[Delegation]:
    """Delegations in force at an instant: their days are those of the approver's own time zone."""
    zone = Coalesce(F("approver__user__time_zone"), Value("UTC"))
    local_day = Cast(Func(zone, Value(at), function="timezone"), DateField())
    return Delegation.objects.alias(day=local_day).filter(starts_on__lte=F("day"), ends_on__gte=F("day"))


def delegations_of(member: StaffMember | None, on: date) -> QuerySet[Delegation]:
    """In whose place the member decides on that day; give an instant to have it counted in each approver's zone."""
    if member is None:
        return Delegation.objects.none()
    if isinstance(on, datetime):
        return delegations_at(on).filter(delegate=member)
    return Delegation.objects.filter(delegate=member, starts_on__lte=on, ends_on__gte=on)


def delegators_of(member: StaffMember | None, on: date) -> frozenset[int]:
    """The people in whose place the member may decide on that day (or at that instant)."""
    return (
        frozenset(delegations_of(member, on).values_list("approver_id", flat=True)) if member else frozenset()
    )


def seats_of(user: User, on: date) -> QuerySet[Seat]:
    """Waiting seats that are the person's: their own, those in whose place they decide, and those of their roles."""
    mine = Q(role__in=user.roles.all())
    member = user.staff_member
    if member is not None:
        borrowed = delegations_of(member, on).values("approver_id")
        mine |= Q(waits_for=member) | Q(waits_for__in=borrowed)
    return Seat.objects.filter(mine, state=Seat.State.WAITING)


def waiting_for(user: User, *, on: date, decides_all: bool = False) -> Q:
    """The condition on Request for what waits for this person: own inbox, delegated, by role, or everything.

    `on` is a day, or an instant (then a delegation counts by the approver's own day, as deciding does).
    """
    condition = Q(state=Request.State.WAITING)
    if decides_all:
        return condition
    return condition & Q(Exists(seats_of(user, on).filter(request=OuterRef("pk"))))


def without_own(found: QuerySet[Request], user: User, right: str) -> QuerySet[Request]:
    """The requests but the person's own, which they decide on only where the policy allows it or they are alone.

    Alone is who holds the right to decide on everything while no other active person does. Without a statement.
    """
    if user.staff_member is None:
        return found
    allowed = ~Q(owner=user.staff_member) | Q(policy__allows_self_approval=True)
    if has_right(user, right):
        others = User.objects.filter(is_active=True, roles__rights__contains=[right]).exclude(pk=user.pk)
        allowed |= ~Q(Exists(others))
    return found.filter(allowed)


def is_asked(user: User, at: datetime) -> bool:
    """Whether anything waits for the person, by name, role or delegation; for those who hold no right to approve."""
    return seats_of(user, at).exists()


def may_be_asked(user: User) -> bool:
    """Whether anything waits for the person by name or role, or they were ever named to decide in another's place.

    For doors and menus, which know no instant; what may be decided on is asked again for each thing. One statement.
    """
    if not user.is_active:
        return False
    mine = Q(role__in=user.roles.all())
    delegated = Delegation.objects.none()
    if (member := user.staff_member) is not None:
        delegated = Delegation.objects.filter(delegate=member)
        mine |= Q(waits_for=member)
    waiting = Seat.objects.filter(mine, state=Seat.State.WAITING)
    return User.objects.filter(Exists(waiting) | Exists(delegated), pk=user.pk).exists()
