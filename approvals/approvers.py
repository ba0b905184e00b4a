"""Who decides on a step: resolved for many subjects at once, in a constant number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from approvals.models import Delegation, Policy, Request, Step
from approvals.ports import Subject
from people.models import StaffMember, User


@dataclass(frozen=True)
class Stop:
    """Where a request waits: on a step, for a person; for a role's holders when `waits_for_id` is empty.

    Without a step nobody was found: whoever may decide on everything does.
    """

    step: Step | None
    waits_for_id: int | None


def managers_of(owner_ids: Sequence[int]) -> dict[int, int | None]:
    """The active line manager of each staff member."""
    rows = StaffMember.objects.filter(pk__in=owner_ids).values_list("pk", "manager_id", "manager__is_active")
    return {pk: manager if active else None for pk, manager, active in rows}


def first_stop(
    policy: Policy,
    steps: Sequence[Step],
    subject: Subject,
    managers: Mapping[int, int | None],
    *,
    after: int = 0,
) -> Stop | None:
    """The first step after position `after` that has somebody to decide. None when there is no later step at all.

    A step whose approver is missing or is the owner is skipped, unless the policy lets people decide on their own.
    """
    later = [step for step in steps if step.position > after]
    if not later and after:
        return None
    for step in later:
        if step.source == Step.Source.ROLE:
            return Stop(step, None)
        approver = _approver(step, subject, managers)
        if approver and (approver != subject.owner_id or policy.allows_self_approval):
            return Stop(step, approver)
    return None if after else Stop(None, None)


def _approver(step: Step, subject: Subject, managers: Mapping[int, int | None]) -> int | None:
    match step.source:
        case Step.Source.LINE_MANAGER:
            return managers.get(subject.owner_id)
        case Step.Source.PROJECT_LEAD:
            return subject.lead_id
        case _:
            return step.person_id


def delegators_of(member: StaffMember | None, on: date) -> frozenset[int]:
    """The people in whose place the member may decide on that day."""
    return frozenset(_delegators(member, on)) if member else frozenset()


def _delegators(member: StaffMember, on: date) -> "QuerySet[Delegation, int]":
    found = Delegation.objects.filter(delegate=member, starts_on__lte=on, ends_on__gte=on)
    return found.values_list("approver_id", flat=True)


def waiting_for(user: User, *, on: date, decides_all: bool = False) -> Q:
    """The condition on Request for what waits for this person: own inbox, delegated, by role, or everything."""
    condition = Q(state=Request.State.WAITING)
    if decides_all:
        return condition
    member = user.staff_member
    mine = Q(step__source=Step.Source.ROLE, step__role__in=user.roles.all())
    if member is not None:
        mine |= Q(waits_for=member) | Q(waits_for__in=_delegators(member, on))
    return condition & mine
