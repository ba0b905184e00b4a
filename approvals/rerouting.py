"""When somebody's manager changes or an approver leaves, what waits for the old one waits for another."""

from django.db import transaction
from django.db.models import QuerySet

from approvals.models import Request, Seat, Step
from approvals.seating import follow_seats
from people.models import StaffMember


def reroute_to_manager(*, owner: StaffMember) -> int:
    """Sends the owner's open seats of line-manager steps to their present manager; returns how many seats moved.

    Without an active manager they wait for whoever may decide on everything.
    """
    manager = owner.manager if owner.manager and owner.manager.is_active else None
    asked = Seat.objects.filter(
        request__owner=owner, step__source=Step.Source.LINE_MANAGER, is_escalation=False
    )
    with transaction.atomic():
        return _send(asked.exclude(waits_for=manager), manager)


def reroute_leaver(*, leaver: StaffMember) -> int:
    """What waited for somebody who left waits for their manager; returns how many seats moved.

    Where there is no active manager, or it is the manager's own, it waits for whoever may decide on everything.
    """
    manager = leaver.manager if leaver.manager and leaver.manager.is_active else None
    with transaction.atomic():
        own = _send(Seat.objects.filter(waits_for=leaver, request__owner=manager), None) if manager else 0
        return own + _send(Seat.objects.filter(waits_for=leaver), manager)


def _send(asked: QuerySet[Seat], to: StaffMember | None) -> int:
    """Moves waiting seats, their requests locked first in order, as deciding does. Four statements."""
    seats = asked.filter(state=Seat.State.WAITING)
    requests = Request.objects.select_for_update(of=("self",)).filter(pk__in=seats.values("request"))
    ids = list(requests.waiting().order_by("pk").values_list("pk", flat=True))
    moved = list(seats.filter(request__in=ids).values_list("pk", flat=True))
    Seat.objects.filter(pk__in=moved).update(waits_for=to, reminded_at=None, escalated_at=None)
    follow_seats(Request.objects.filter(pk__in=ids))
    return len(moved)
