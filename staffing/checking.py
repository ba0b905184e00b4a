"""What a request for leave must keep: its days, its kind's rules, the balance. Asked under lock of the person."""

from datetime import date

from core.errors import Refusal
from core.minutes import format_decimal
from people.models import StaffMember
from staffing.balances import balances_for, leave_minutes
from staffing.models import LeaveRequest
from staffing.required import calendar_of

LONGEST_DAYS = 366


class LeaveIsWrong(Refusal):
    """The days, or the kind of leave, cannot be asked for."""


class NotEnoughLeave(Refusal):
    """The balance would go below zero. Facts: `short_minutes`."""

    sentence = "{name} has {short} h too little for these days. Choose fewer days, or another kind of leave."


def day_words(on: date) -> str:
    """Wed 25 Nov 2026."""
    return f"{on:%a} {on.day} {on:%b} {on.year}"


def lock_person(staff: StaffMember) -> StaffMember:
    """Locks the person's row until the transaction ends: two requests at once cannot use up the same balance."""
    locked = StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=staff.pk)
    if not locked.is_active:
        raise LeaveIsWrong(f"{locked.name} is not active any more.")
    return locked


def check_days(request: LeaveRequest) -> int:
    """The minutes that the request takes. Raises LeaveIsWrong with the field."""
    if request.ends_on < request.starts_on:
        raise LeaveIsWrong("The last day is before the first.", field="ends_on")
    if len(request.period) > LONGEST_DAYS:
        raise LeaveIsWrong("A request covers a year at most.", field="ends_on")
    if request.starts_on == request.ends_on and request.starts_at_noon and request.ends_at_noon:
        raise LeaveIsWrong("Choose the morning, the afternoon or the whole day.", field="ends_on")
    kind = request.leave_type
    if (request.starts_at_noon or request.ends_at_noon) and not kind.allows_half_days:
        raise LeaveIsWrong(f"{kind.name} is taken in whole days.", field="starts_on")
    if kind.is_counted and request.starts_on < kind.counts_from:
        raise LeaveIsWrong(f"{kind.name} is counted from {day_words(kind.counts_from)}.", field="starts_on")
    calendar = calendar_of([request.staff], request.starts_on, request.ends_on)
    minutes = sum(part for _, part in leave_minutes(request, request.staff, calendar))
    if not minutes:
        raise LeaveIsWrong(
            "There is nothing to work on these days, so no leave is needed.", field="starts_on"
        )
    return minutes


def check_balance(request: LeaveRequest, on: date) -> None:
    """Raises NotEnoughLeave if the balance would go below zero, on the first day or later.

    What was asked for already counts too, and what is earned until then. Kinds that may go below zero always pass.
    """
    if request.leave_type.allows_negative:
        return
    old = request.replaces
    (balance,) = balances_for(
        [request.staff], on, types=[request.leave_type], instead_of=old, proposed=request
    )[request.staff.pk]
    lowest = balance.lowest(request.starts_on)
    if lowest < 0:
        raise NotEnoughLeave(
            name=request.leave_type.name,
            short=format_decimal(-lowest),
            short_minutes=-lowest,
            field="ends_on",
        )


def check_overlap(request: LeaveRequest) -> None:
    """Raises LeaveIsWrong if a change lies over another request: the database looks at it only once it is approved."""
    others = LeaveRequest.objects.claiming().filter(staff=request.staff)
    inside = others.between(request.starts_on, request.ends_on).exclude(
        pk__in=[request.pk, request.replaces_id]
    )
    for other in inside:
        if _half_days(other) & _half_days(request):
            raise LeaveIsWrong(
                "Another request covers some of these days. Change that one, or choose other days.",
                field="starts_on",
            )


def _half_days(request: LeaveRequest) -> set[tuple[date, bool]]:
    span = request.span
    mornings = {(on, False) for on in request.period if span.has_morning(on)}
    return mornings | {(on, True) for on in request.period if span.has_afternoon(on)}
