"""Whose time a request is about, and where it belongs."""

from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core import clock
from core.errors import NotAllowed, Refusal
from people.guards import View
from people.models import StaffMember, User
from projects.models import Task
from timesheets.access import can_record
from timesheets.api.schemas import PlaceWish
from timesheets.reasons import giving
from timesheets.rows import RowKey


class StaffIsMissing(Refusal):
    """The token's person records no time of their own."""

    sentence = "The person of this token is not on the staff. Say whose time it is."


def staff_of(request: HttpRequest, staff_id: int | None) -> StaffMember:
    """The person of the token, or another one whose time they may record. Raises StaffIsMissing, NotAllowed."""
    user = user_of(request)
    if staff_id is None:
        if user.staff_member is None:
            raise StaffIsMissing(field="staff_id")
        return user.staff_member
    staff = get_object_or_404(StaffMember, pk=staff_id)
    if not can_record(user, staff):
        raise NotAllowed("You see and record your own time only. Ask the owner of your firm for the right.")
    return staff


def reasoned(view: View) -> View:
    """What the route writes is written for the `reason` of its wish or query."""

    @wraps(view)
    def reasoned_view(request: HttpRequest, *args: Any, **values: Any) -> Any:
        text = values.get("reason") or getattr(values.get("wish"), "reason", "")
        with giving(by=user_of(request), text=text):
            return view(request, *args, **values)

    return reasoned_view


def user_of(request: HttpRequest) -> User:
    """Whose token it is; the guard has let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def today_of(request: HttpRequest, on: date | None) -> date:
    """The day that was given as today, else the person's own."""
    return on or clock.today(request.user)


def row_of(wish: PlaceWish) -> RowKey:
    """The row that is meant: with the task's own labor code where none is named."""
    code = wish.labor_code_id
    if code is None:
        code = Task.objects.filter(pk=wish.task_id).values_list("labor_code_id", flat=True).first()
    return RowKey(wish.task_id, code, wish.work_class_id, wish.is_billable)
