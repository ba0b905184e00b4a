"""Leave for programs: kinds, requests, balances."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from approvals.api.dialogues import said_rows
from core import clock
from core.api import Listing, Part, Routes, page
from core.errors import NotAllowed, Refusal
from people.guards import guarded, signed_in
from people.models import StaffMember, User
from staffing.access import MANAGE_LEAVE, can_request_leave, can_see_balance, types_seen, visible_leave
from staffing.api.schemas import (
    AdjustmentRow,
    AdjustWish,
    BalanceFilters,
    BalanceRow,
    Balances,
    CancelWish,
    ChangeLeaveWish,
    LeaveFilters,
    LeaveRow,
    LeaveTypeRow,
    LeaveTypeWish,
    LeaveWish,
    MovementRow,
    NewLeaveWish,
)
from staffing.arranging import LeaveRules, add_leave_type, adjust_balance, edit_leave_type
from staffing.balances import Balance, balances_for
from staffing.leave_list import LeaveLine, lines_of
from staffing.models import LeaveRequest, LeaveType
from staffing.requesting import LeaveDays, cancel_leave, change_leave, request_leave, withdraw_leave

routes = Routes("time")
manager = guarded(MANAGE_LEAVE)


class StaffIsMissing(Refusal):
    sentence = "The person of this token is not on the staff. Say whose leave it is."


def user_of(request: HttpRequest) -> User:
    """Whose token it is; the guard has let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _staff(request: HttpRequest, staff_id: int | None) -> StaffMember:
    if staff_id is not None:
        return get_object_or_404(StaffMember, pk=staff_id)
    member = user_of(request).staff_member
    if member is None:
        raise StaffIsMissing(field="staff_id")
    return member


def _found(request: HttpRequest, request_id: int) -> LeaveRequest:
    rows = visible_leave(user_of(request)).select_related("staff", "leave_type", "replaces")
    return get_object_or_404(rows, pk=request_id)


def _days(wish: LeaveWish) -> LeaveDays:
    kind = get_object_or_404(LeaveType, pk=wish.leave_type_id)
    last = wish.ends_on or wish.starts_on
    return LeaveDays(kind, wish.starts_on, last, wish.starts_at_noon, wish.ends_at_noon, wish.note)


def leave_row(line: LeaveLine) -> LeaveRow:
    """One request as programs see it."""
    request = line.request
    same = (
        "id", "staff_id", "kind", "replaces_id", "starts_on", "ends_on", "starts_at_noon",
        "ends_at_noon", "state", "version", "updated_at",
    )  # fmt: skip
    return LeaveRow(
        **{name: getattr(request, name) for name in same},
        staff_name=request.staff.name,
        leave_type_id=request.leave_type_id if line.is_seen else None,
        leave_type_name=line.name,
        note=line.note,
        minutes=line.minutes,
        days=line.days,
        waits_for=line.waits_for,
        returned_reason=line.returned.reason if line.returned else "",
        said=said_rows(line.dialogue),
    )


def _answer(request: HttpRequest, made: LeaveRequest) -> LeaveRow:
    row = LeaveRequest.objects.select_related("staff", "leave_type").get(pk=made.pk)
    return leave_row(lines_of([row], user_of(request), clock.today(request.user))[0])


@routes.read("/leave-types", Listing[LeaveTypeRow])
@signed_in
def list_leave_types(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Lists the kinds of leave with their rules."""
    return page(LeaveType.objects.all(), part)


@routes.write("/leave-types", LeaveTypeRow, status=201)
@manager
def create_leave_type(request: HttpRequest, wish: LeaveTypeWish) -> LeaveType:
    """Adds a kind of leave."""
    return add_leave_type(rules=LeaveRules(**wish.model_dump()), by=user_of(request))


@routes.write("/leave-types/{int:type_id}", LeaveTypeRow, method="PUT")
@manager
def replace_leave_type(request: HttpRequest, type_id: int, wish: LeaveTypeWish) -> LeaveType:
    """Sets all rules of a kind of leave; balances follow, those of the past too."""
    kind = get_object_or_404(LeaveType, pk=type_id)
    return edit_leave_type(leave_type=kind, rules=LeaveRules(**wish.model_dump()), by=user_of(request))


@routes.read("/leave-requests", Listing[LeaveRow])
@signed_in
def list_leave_requests(request: HttpRequest, wanted: Query[LeaveFilters]) -> dict[str, Any]:
    """Lists requests for leave: one's own, those of the team for deciders, everybody's for those who manage leave."""
    rows = visible_leave(user_of(request)).select_related("staff", "leave_type")
    asked = {
        "staff": wanted.staff_id,
        "state": wanted.state,
        "ends_on__gte": wanted.first_on,
        "starts_on__lte": wanted.last_on,
    }
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    found = page(rows, wanted)
    lines = lines_of(found["items"], user_of(request), clock.today(request.user))
    return found | {"items": [leave_row(line) for line in lines]}


@routes.write("/leave-requests", LeaveRow, status=201)
@signed_in
def create_leave_request(request: HttpRequest, wish: NewLeaveWish) -> LeaveRow:
    """Asks for leave; kinds that need no approval are approved at once."""
    staff = _staff(request, wish.staff_id)
    if not can_request_leave(user_of(request), staff):
        raise NotAllowed
    handed = get_object_or_404(StaffMember, pk=wish.delegate_to_id) if wish.delegate_to_id else None
    made = request_leave(
        staff=staff,
        days=_days(wish),
        by=user_of(request),
        on=clock.today(request.user),
        at=clock.now(),
        delegate_to=handed,
    )
    return _answer(request, made)


@routes.read("/leave-requests/{int:request_id}", LeaveRow)
@signed_in
def get_leave_request(request: HttpRequest, request_id: int) -> LeaveRow:
    """Reads a request for leave."""
    return _answer(request, _found(request, request_id))


@routes.write("/leave-requests/{int:request_id}", LeaveRow, method="PUT")
@signed_in
def change_leave_request(request: HttpRequest, request_id: int, wish: ChangeLeaveWish) -> LeaveRow:
    """Sets other days. Approved leave stays in force until its change, which is answered, is approved."""
    changed = change_leave(
        request=_found(request, request_id),
        days=_days(wish),
        by=user_of(request),
        on=clock.today(request.user),
        at=clock.now(),
        version=wish.version,
    )
    return _answer(request, changed)


@routes.write("/leave-requests/{int:request_id}/withdraw", LeaveRow)
@signed_in
def withdraw_leave_request(request: HttpRequest, request_id: int) -> LeaveRow:
    """Takes a request back that nobody has decided on, or puts a returned one aside."""
    found = _found(request, request_id)
    return _answer(request, withdraw_leave(request=found, by=user_of(request), at=clock.now()))


@routes.write("/leave-requests/{int:request_id}/cancel", LeaveRow)
@signed_in
def cancel_leave_request(request: HttpRequest, request_id: int, wish: CancelWish) -> LeaveRow:
    """Cancels approved leave. Where that needs approval, the cancellation that waits is answered."""
    made = cancel_leave(
        request=_found(request, request_id),
        by=user_of(request),
        on=clock.today(request.user),
        at=clock.now(),
        note=wish.note,
    )
    return _answer(request, made)


@routes.read("/leave-balances", Balances)
@signed_in
def get_leave_balances(request: HttpRequest, wanted: Query[BalanceFilters]) -> Balances:
    """Reads somebody's balances as of a day, each with the story of its year."""
    staff = _staff(request, wanted.staff_id)
    if not can_see_balance(user_of(request), staff):
        raise NotAllowed
    on = wanted.on or clock.today(request.user)
    types = types_seen(user_of(request), staff)
    return Balances(
        staff_id=staff.pk,
        on=on,
        items=[_balance(each) for each in balances_for([staff], on, types=types)[staff.pk]],
    )


def _balance(found: Balance) -> BalanceRow:
    return BalanceRow(
        leave_type_id=found.leave_type.pk,
        leave_type_name=found.leave_type.name,
        is_counted=found.leave_type.is_counted,
        first_on=found.year.first,
        last_on=found.year.last,
        balance_minutes=found.minutes,
        left_minutes=found.left,
        carried_minutes=found.carried,
        granted_minutes=found.granted,
        taken_minutes=found.taken,
        planned_minutes=found.planned,
        waiting_minutes=found.waiting,
        expired_minutes=found.expired,
        story=[
            MovementRow(
                on=each.on, kind=each.kind, minutes=each.minutes, balance_minutes=after, words=each.words
            )
            for each, after in found.year_story
        ],
    )


@routes.write("/leave-balances/adjust", AdjustmentRow, status=201)
@manager
def adjust_leave_balance(request: HttpRequest, wish: AdjustWish) -> Any:
    """Adds minutes to a balance from a day on, or takes them from it, with the reason."""
    return adjust_balance(
        staff=get_object_or_404(StaffMember, pk=wish.staff_id),
        leave_type=get_object_or_404(LeaveType, pk=wish.leave_type_id),
        minutes=wish.minutes,
        on=wish.on,
        reason=wish.reason,
        by=user_of(request),
    )
