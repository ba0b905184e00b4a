"""When somebody's manager, a project's lead or a department's head changes, or an approver leaves, what waits for the
old one waits for the new one. Requests keep who was asked before as their changes."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from approvals.models import Request, Seat, Step
from approvals.seating import follow_seats
from people.models import StaffMember

Source = Step.Source


def reroute_to_manager(*, owner: StaffMember) -> int:
    """Sends the owner's open seats of line-manager steps to their present manager; returns how many seats moved.

    Without an active manager they wait for whoever may decide on everything.
    """
    return _follow(Seat.objects.filter(request__owner=owner, step__source=Source.LINE_MANAGER), owner.manager)


def reroute_to_lead(
    *, subjects: Mapping[str, "Collection[int] | QuerySet[Any]"], lead: StaffMember | None
) -> int:
    """Sends the open seats of project-lead steps to a project's new lead; returns how many seats moved.

    `subjects` are the ids of what is in approval on that project, by kind. The lead's own things, and all where the
    lead is nobody active, wait for whoever may decide on everything.
    """
    about = Q(pk__in=[])
    for kind, ids in subjects.items():
        about |= Q(request__subject_kind=kind, request__subject_id__in=ids)
    return _follow(Seat.objects.filter(about, step__source=Source.PROJECT_LEAD), lead)


def reroute_to_head(
    *, owners: "Collection[StaffMember] | QuerySet[StaffMember]", head: StaffMember | None
) -> int:
    """Sends the owners' open seats of department-head steps to the head of their department; returns how many moved.

    The head's own things, and all where the head is nobody active, wait for whoever may decide on everything.
    """
    seats = Seat.objects.filter(request__owner__in=owners, step__source=Source.DEPARTMENT_HEAD)
    return _follow(seats, head)


def reroute_leaver(*, leaver: StaffMember) -> int:
    """What waited for somebody who left waits for their manager; returns how many seats moved.

    Where there is no active manager, or it is the manager's own, it waits for whoever may decide on everything.
    """
    manager = leaver.manager if leaver.manager and leaver.manager.is_active else None
    with transaction.atomic():
        own = _send(Seat.objects.filter(waits_for=leaver, request__owner=manager), None) if manager else 0
        return own + _send(Seat.objects.filter(waits_for=leaver), manager)


def _follow(seats: QuerySet[Seat], to: StaffMember | None) -> int:
    """Moves the seats that ask somebody else; escalations stay with whom they ask beside. Nobody gets their own."""
    asked = seats.filter(is_escalation=False)
    if to is None or not to.is_active:
        return _send(asked.exclude(waits_for=None), None)
    own = Q(request__owner=to, request__policy__allows_self_approval=False)
    with transaction.atomic():
        kept_off = _send(asked.filter(own).exclude(waits_for=None), None)
        return kept_off + _send(asked.exclude(own).exclude(waits_for=to), to)


def _send(asked: QuerySet[Seat], to: StaffMember | None) -> int:
    """Moves waiting seats, their requests locked first in order, as deciding does. Four statements."""
    with transaction.atomic():
        seats = asked.filter(state=Seat.State.WAITING)
        requests = Request.objects.select_for_update(of=("self",)).filter(pk__in=seats.values("request"))
        ids = list(requests.waiting().order_by("pk").values_list("pk", flat=True))
        moved = list(seats.filter(request__in=ids).values_list("pk", flat=True))
        Seat.objects.filter(pk__in=moved).update(waits_for=to, reminded_at=None, escalated_at=None)
        follow_seats(Request.objects.filter(pk__in=ids))
    return len(moved)
