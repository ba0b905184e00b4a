"""When nobody decides for too long: a reminder, then the approver's manager is asked beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from approvals.events import escalated, reminder_due
from approvals.models import Request, Seat
from approvals.working_days import Calendar, calendar_for
from core import audit
from people.models import StaffMember


@dataclass(frozen=True)
class Overdue:
    """A seat that has waited too long: for how many working days, and what is due now."""

    seat: Seat
    days: int
    is_reminder_due: bool
    is_escalation_due: bool


@dataclass
class Escalated:
    """What one run did: how many seats were reminded of, and how many managers were asked."""

    reminded: int = 0
    escalated: int = 0


@dataclass
class _Due:
    remind: list[Seat] = field(default_factory=list)
    escalate: list[Seat] = field(default_factory=list)


def overdue(on: date, kind: str | None = None) -> list[Overdue]:
    """Seats that have waited for as many working days of the approver as their policy allows. Three statements.

    The days are those of the approver's hours and holidays, after the day on which the seat was opened. `on` is a day,
    or an instant, then it is each approver's own day.
    """
    limited = Q(request__policy__reminds_after_days__isnull=False) | Q(
        request__policy__escalates_after_days__isnull=False
    )
    found = Seat.objects.filter(limited, state=Seat.State.WAITING, request__state=Request.State.WAITING)
    if kind is not None:
        found = found.filter(request__subject_kind=kind)
    seats = list(
        found.select_related(
            "request__owner", "request__policy", "waits_for__user", "waits_for__manager__user", "role"
        ).order_by("pk")
    )
    if not seats:
        return []
    calendar = calendar_for({s.waits_for for s in seats if s.waits_for}, min(s.opened_at for s in seats), on)
    return [late for seat in seats if (late := _overdue(seat, calendar, on)) is not None]


def _overdue(seat: Seat, calendar: Calendar, on: date) -> Overdue | None:
    policy = seat.request.policy
    days = calendar.days_between(seat.waits_for, seat.opened_at, on)
    reminds, escalates = policy.reminds_after_days, policy.escalates_after_days
    least = min(limit for limit in (reminds, escalates) if limit is not None)
    if days < least:
        return None
    is_reminder_due = reminds is not None and days >= reminds and seat.reminded_at is None
    is_escalation_due = escalates is not None and days >= escalates and seat.escalated_at is None
    return Overdue(seat, days, is_reminder_due, is_escalation_due and not seat.is_escalation)


def escalate(*, at: datetime) -> Escalated:
    """Reminds, and asks the managers of approvers who let things wait: once for each seat, however often it runs.

    The manager's seat is an alternative to the approver's, whoever decides first. Where there is no active manager, or
    the thing is the manager's own, only the reminder goes out. A constant number of statements. Announces reminder_due
    and escalated; runs side by side leave each other's requests alone.
    """
    due = [late for late in overdue(at) if late.is_reminder_due or late.is_escalation_due]
    if not due:
        return Escalated()
    with transaction.atomic():
        requests = Request.objects.waiting().filter(pk__in={late.seat.request_id for late in due})
        free = requests.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        ids = list(free.values_list("pk", flat=True))
        still = Seat.objects.filter(request__in=ids, state=Seat.State.WAITING)
        marks = {pk: (r, e) for pk, r, e in still.values_list("pk", "reminded_at", "escalated_at")}
        found = _Due()
        for late in due:
            reminded_at, escalated_at = marks.get(late.seat.pk, (at, at))
            if late.is_escalation_due and escalated_at is None:
                found.escalate.append(late.seat)
            elif late.is_reminder_due and reminded_at is None:
                found.remind.append(late.seat)
        if found.remind or found.escalate:
            audit.acting("approvals.escalate", by=None, requests=ids)
        return Escalated(_remind(found.remind, at), _ask_managers(found.escalate, at))


def _remind(seats: Sequence[Seat], at: datetime) -> int:
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(reminded_at=at)
    if seats:
        reminder_due.send(Seat, seats=seats, at=at)
    return len(seats)


def _ask_managers(seats: Sequence[Seat], at: datetime) -> int:
    """Opens the managers' seats beside those of the approvers."""
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(
        escalated_at=at, reminded_at=F("reminded_at")
    )
    asked = []
    for seat in seats:
        manager = _manager_to_ask(seat)
        if manager is not None:
            new = Seat(
                request=seat.request,
                step_id=seat.step_id,
                position=seat.position,
                waits_for=manager,
                opened_at=at,
                is_escalation=True,
            )
            asked.append(new)
    Seat.objects.bulk_create(asked)
    if asked:
        escalated.send(Seat, seats=asked, at=at)
    return len(asked)


def _manager_to_ask(seat: Seat) -> StaffMember | None:
    manager = seat.waits_for.manager if seat.waits_for else None
    if manager is None or not manager.is_active:
        return None
    own = manager.pk == seat.request.owner_id and not seat.request.policy.allows_self_approval
    return None if own else manager
