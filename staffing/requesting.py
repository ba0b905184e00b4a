"""Asking for leave, changing it, taking it back, canceling it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from approvals.delegating import delegate
from approvals.models import Request
from approvals.submitting import submit, withdraw
from core import audit
from core.errors import Conflict, NotAllowed, Refusal
from core.promises import promises
from people.access import has_right
from people.models import StaffMember, User
from staffing.access import MANAGE_LEAVE, can_request_leave
from staffing.applying import apply_approved
from staffing.checking import LeaveIsWrong, check_balance, check_days, check_overlap, lock_person
from staffing.events import leave_requested
from staffing.models import LeaveRequest, LeaveType
from staffing.subjects import KIND, subject_of

State, Kind = LeaveRequest.State, LeaveRequest.Kind


class LeaveCannotChange(Refusal):
    """The request is over, or somebody else must change it."""


@dataclass(frozen=True)
class LeaveDays:
    """What is asked for: which kind, from when to when, and why."""

    leave_type: LeaveType
    starts_on: date
    ends_on: date
    starts_at_noon: bool = False
    ends_at_noon: bool = False
    note: str = ""


def request_leave(
    *,
    staff: StaffMember,
    days: LeaveDays,
    by: User | None,
    on: date,
    at: datetime,
    delegate_to: StaffMember | None = None,
) -> LeaveRequest:
    """Asks for leave; kinds that need no approval are approved at once. `on` is the person's today.

    `delegate_to` decides in the person's place while they are away. Raises NotAllowed, LeaveIsWrong, NotEnoughLeave,
    LeaveOverlaps, and what delegating refuses.
    """
    _require(by, staff)
    with promises(), transaction.atomic():
        staff = lock_person(staff)
        request = LeaveRequest(
            staff=staff, requested_by=by, requested_by_name=by.name if by else "", requested_at=at
        )
        _put(request, days)
        minutes = check_days(request)
        check_balance(request, on)
        request.save()
        audit.acting("leave.request", by=by, subject=request, minutes=minutes)
        _hand_in(request, minutes, by=by, at=at)
        if delegate_to is not None:
            delegate(
                approver=staff,
                delegate=delegate_to,
                starts_on=days.starts_on,
                ends_on=days.ends_on,
                by=by,
                at=at,
            )
    return request


def change_leave(
    *, request: LeaveRequest, days: LeaveDays, by: User | None, on: date, at: datetime, version: int
) -> LeaveRequest:
    """Changes a request that waits or was returned in place; approved leave by a request that replaces it.

    Approved leave stays in force until its change is approved. Leave that is over is changed by whoever manages leave,
    at once. Returns the request that holds the new days. Raises as request_leave does, Conflict, LeaveCannotChange and
    approvals' AlreadyDecidedOn.
    """
    _require(by, request.staff)
    with promises(), transaction.atomic():
        staff = lock_person(request.staff)
        request = _locked(request, staff, version)
        audit.acting("leave.change", by=by, subject=request)
        if request.is_in_force:
            return _replace(request, Kind.CHANGE, days, by=by, on=on, at=at)
        if request.is_cancellation or request.state not in (State.SUBMITTED, State.REJECTED):
            raise LeaveCannotChange("This request cannot be changed any more. Ask for leave anew.")
        if request.is_waiting:
            withdraw(kind=KIND, ids=[request.pk], at=at)
        _check_replaced(request)
        _put(request, days)
        return _save_and_hand_in(request, by=by, on=on, at=at)


def withdraw_leave(*, request: LeaveRequest, by: User | None, at: datetime) -> LeaveRequest:
    """Takes a request back that nobody has decided on, or puts a returned one aside.

    Raises NotAllowed, LeaveCannotChange, AlreadyDecidedOn.
    """
    _require(by, request.staff)
    with transaction.atomic():
        request = _locked(request, request.staff)
        if request.state not in (State.SUBMITTED, State.REJECTED):
            raise LeaveCannotChange("This request does not wait for a decision any more.")
        audit.acting("leave.withdraw", by=by, subject=request)
        if request.is_waiting:
            withdraw(kind=KIND, ids=[request.pk], at=at)
        return _move(request, State.WITHDRAWN)


def cancel_leave(
    *, request: LeaveRequest, by: User | None, on: date, at: datetime, note: str = ""
) -> LeaveRequest:
    """Cancels approved leave; where it needs approval this is a request of its own, and it stays in force until then.

    Returns the request that was canceled, or the one that waits. Raises NotAllowed, LeaveCannotChange.
    """
    _require(by, request.staff)
    with promises(), transaction.atomic():
        staff = lock_person(request.staff)
        request = _locked(request, staff)
        if not request.is_in_force:
            raise LeaveCannotChange("Only approved leave is canceled.")
        audit.acting("leave.cancel", by=by, subject=request, why=note)
        if not _needs_approval(request, by, on):
            _refuse_open_change(request)
            return _move(request, State.CANCELED)
        days = LeaveDays(
            request.leave_type,
            request.starts_on,
            request.ends_on,
            request.starts_at_noon,
            request.ends_at_noon,
            note,
        )
        return _replace(request, Kind.CANCELLATION, days, by=by, on=on, at=at)


def _require(by: User | None, staff: StaffMember) -> None:
    if not can_request_leave(by, staff):
        raise NotAllowed("You ask for your own leave only. Ask the owner of your firm for the right.")


def _locked(request: LeaveRequest, staff: StaffMember, version: int | None = None) -> LeaveRequest:
    found = LeaveRequest.objects.select_for_update(of=("self",)).select_related("leave_type", "replaces")
    request = found.get(pk=request.pk)
    if version is not None and request.version != version:
        raise Conflict
    request.staff = staff
    return request


def _put(request: LeaveRequest, days: LeaveDays) -> None:
    if not days.leave_type.is_active and request.leave_type_id != days.leave_type.pk:
        raise LeaveIsWrong(f"{days.leave_type.name} is not offered any more.", field="leave_type")
    request.leave_type = days.leave_type
    request.starts_on, request.ends_on = days.starts_on, days.ends_on
    request.starts_at_noon, request.ends_at_noon = days.starts_at_noon, days.ends_at_noon
    request.note = days.note.strip()


def _needs_approval(request: LeaveRequest, by: User | None, on: date) -> bool:
    """Whether a change of approved leave must be decided on. What is over is corrected by whoever manages leave."""
    if request.ends_on < on:
        if not has_right(by, MANAGE_LEAVE):
            raise LeaveCannotChange(
                "This leave is over. Ask whoever manages leave in your firm to correct it."
            )
        return False
    return request.leave_type.needs_approval


def _replace(
    old: LeaveRequest, kind: LeaveRequest.Kind, days: LeaveDays, *, by: User | None, on: date, at: datetime
) -> LeaveRequest:
    request = LeaveRequest(
        staff=old.staff,
        kind=kind,
        replaces=old,
        requested_by=by,
        requested_by_name=by.name if by else "",
        requested_at=at,
    )
    needs_approval = _needs_approval(old, by, on) or (days.leave_type.needs_approval and days.ends_on >= on)
    _refuse_open_change(old)
    _put(request, days)
    return _save_and_hand_in(request, by=by, on=on, at=at, needs_approval=needs_approval)


def _save_and_hand_in(
    request: LeaveRequest, *, by: User | None, on: date, at: datetime, needs_approval: bool | None = None
) -> LeaveRequest:
    minutes = 0
    if not request.is_cancellation:
        minutes = check_days(request)
        check_overlap(request)
        check_balance(request, on)
    if request.pk:
        request.version += 1
        request.requested_at = at
    request.state = State.SUBMITTED
    request.save()
    _hand_in(request, minutes, by=by, at=at, needs_approval=needs_approval)
    return request


def _hand_in(
    request: LeaveRequest,
    minutes: int,
    *,
    by: User | None,
    at: datetime,
    needs_approval: bool | None = None,
) -> None:
    """Sends the request to whoever decides; where nobody must, it is approved at once."""
    if request.leave_type.needs_approval if needs_approval is None else needs_approval:
        (asked,) = submit(subjects=[subject_of(request, minutes)], by=by, at=at)
        leave_requested.send(sender=LeaveRequest, request=request, by=by, at=at)
        if asked.state != Request.State.APPROVED:
            return
    apply_approved([request])


def _check_replaced(request: LeaveRequest) -> None:
    if request.replaces is not None and not request.replaces.is_in_force:
        raise LeaveCannotChange(
            "The leave that this would change is not in force any more. Ask for leave anew."
        )


def _refuse_open_change(request: LeaveRequest) -> None:
    if request.replaced_by.filter(state=State.SUBMITTED).exists():
        raise LeaveCannotChange(
            "A change of this leave waits for a decision already. Withdraw that one first."
        )


def _move(request: LeaveRequest, state: LeaveRequest.State) -> LeaveRequest:
    request.state = state
    request.version += 1
    request.save(update_fields=["state", "version"])
    return request
