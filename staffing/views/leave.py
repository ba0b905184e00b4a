"""Time off: a person's own balances, year and requests, and the story of one balance."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock
from core.minutes import format_minutes
from core.pages import page
from people.guards import staff_only
from people.models import StaffMember
from staffing.absences import person_year
from staffing.access import (
    MANAGE_LEAVE,
    can_request_leave,
    can_see_balance,
    may_decide_leave,
    sees_kind,
    types_seen,
)
from staffing.balances import Balance, balances_for
from staffing.half_days import in_days
from staffing.leave_list import own_leave
from staffing.leave_years import leave_year, year_label
from staffing.models import LeaveType

FIGURES = 5
FIRST_YEAR, LAST_YEAR = 1990, 2200


def staff_of(request: HttpRequest) -> StaffMember:
    """Whose time off: one's own, or with `?staff=` somebody's whose balance the person may see. Else 404."""
    own = request.user.staff_member
    assert own is not None  # staff_only
    text = request.GET.get("staff", "")
    if not text or text == str(own.pk):
        return own
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Http404
    staff = get_object_or_404(StaffMember, pk=int(text))
    if not can_see_balance(request.user, staff):
        raise Http404
    return staff


def day_of(request: HttpRequest, today: date, begins_month: int = 1) -> date:
    """The day as of which balances are shown: today in this year, of another year its last."""
    text = request.GET.get("year", "")
    if not text:
        return today
    if not text.isascii() or not text.isdecimal() or not FIRST_YEAR <= int(text[:5]) <= LAST_YEAR:
        raise Http404
    year = leave_year(date(int(text), begins_month, 1), begins_month)
    return today if today in year else year.last


@staff_only
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Balances, the year at a glance, and the requests of the year."""
    staff, today = staff_of(request), clock.today(request.user)
    on = day_of(request, today)
    year = leave_year(on, 1)
    balances = balances_for([staff], on, types=types_seen(request.user, staff))[staff.pk]
    context = _frame(request, staff, year.first.year) | {
        "year": year,
        "figures": [_figure(each, request) for each in balances][:FIGURES],
        "expiring": [
            each for each in balances if each.expires and each.leave_type.is_counted and today in year
        ],
        "months": person_year(staff, year, request.user, today),
        "lines": own_leave(staff, year, request.user, today),
        "may_request": can_request_leave(request.user, staff),
        "may_decide": may_decide_leave(request.user),
        "day_numbers": range(1, 32),
    }
    return page(request, "staffing/leave.html", context)


@staff_only
@require_safe
def balance(request: HttpRequest, type_id: int) -> HttpResponse:
    """Everything that made a balance what it is, line by line."""
    staff, today = staff_of(request), clock.today(request.user)
    kind = get_object_or_404(LeaveType, pk=type_id)
    if not sees_kind(request.user, staff, kind):
        raise Http404
    on = day_of(request, today, kind.year_begins_month)
    (found,) = balances_for([staff], on, types=[kind])[staff.pk]
    context = _frame(request, staff, found.year.first.year) | {
        "kind": kind,
        "balance": found,
        "label": year_label(found.year),
        "story": [(each, after, in_days(after, found.day_minutes)) for each, after in found.year_story],
        "may_adjust": MANAGE_LEAVE in request.user.rights and kind.is_counted,
        "today": today,
    }
    return page(request, "staffing/balance.html", context)


def _frame(request: HttpRequest, staff: StaffMember, year: int) -> dict[str, Any]:
    """Whose page it is, and the addresses of the years before and after."""
    is_own = staff == request.user.staff_member
    return {
        "staff": staff,
        "is_own": is_own,
        "previous": _address(staff, is_own, year - 1),
        "next": _address(staff, is_own, year + 1),
        "back": _address(staff, is_own),
    }


def _address(staff: StaffMember, is_own: bool, year: int | None = None) -> str:
    parts = [f"year={year}" if year else "", "" if is_own else f"staff={staff.pk}"]
    return "?" + "&".join(part for part in parts if part)


def _figure(found: Balance, request: HttpRequest) -> dict[str, Any]:
    """One key figure: what is left of a kind with a balance, what was taken of any other."""
    kind, year = found.leave_type, found.year
    address = _address(found.staff, found.staff == request.user.staff_member, year.first.year)
    counted = kind.is_counted
    minutes = found.left if counted else found.taken + found.planned
    notes = [
        f"{format_minutes(minutes, request.user.hours_style)} h" if minutes else "",
        f"{in_days(found.planned, found.day_minutes)} planned" if found.planned and counted else "",
        f"{in_days(found.waiting, found.day_minutes)} waiting" if found.waiting else "",
    ]
    days = in_days(minutes, found.day_minutes)
    return {
        "label": f"{kind.name} left" if counted else f"{kind.name} taken",
        "value": days,
        "unit": "day" if days == "1" else "days",
        "note": " · ".join(part for part in notes if part) or (f"in {year_label(year)}"),
        "url": reverse("staffing:balance", args=[kind.pk]) + address,
        "kind": "bad" if counted and minutes < 0 else "",
    }
