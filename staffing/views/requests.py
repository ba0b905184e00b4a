"""The dialogs of leave: asking, changing, withdrawing, canceling."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.approvers import is_asked
from approvals.preview import goes_to
from approvals.submitting import policy_for
from core import clock
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import staff_only
from people.models import StaffMember
from staffing.access import APPROVE_LEAVE, MANAGE_LEAVE, can_request_leave, visible_leave
from staffing.forms import CancelForm, LeaveForm
from staffing.models import LeaveRequest
from staffing.proposals import propose
from staffing.requesting import cancel_leave, change_leave, request_leave, withdraw_leave
from staffing.subjects import KIND, subject_of


def _found(request: HttpRequest, pk: int) -> LeaveRequest:
    """A request that the person may change, else 404 or 403."""
    rows = visible_leave(request.user).select_related("staff", "leave_type", "replaces")
    found = get_object_or_404(rows, pk=pk)
    if not can_request_leave(request.user, found.staff):
        raise PermissionDenied
    return found


def _delegates(request: HttpRequest) -> QuerySet[StaffMember] | None:
    """Who may decide in the person's place; None where nothing would wait for the person."""
    user, own = request.user, request.user.staff_member
    if not (has_right(user, APPROVE_LEAVE) or own.reports.exists() or is_asked(user, clock.now())):
        return None
    return StaffMember.objects.working().filter(user__is_active=True).exclude(pk=own.pk)


def _form(request: HttpRequest, values: Any, found: LeaveRequest | None = None) -> LeaveForm:
    manages = has_right(request.user, MANAGE_LEAVE)
    chosen = request.GET.get("staff", "")
    initial = {
        "starts_on": request.GET.get("on", ""),
        "staff": chosen if chosen.isdecimal() else request.user.staff_member.pk,
    }
    return LeaveForm(
        values,
        request=found,
        initial=initial,
        people=StaffMember.objects.working() if manages and found is None else None,
        delegates=None if found else _delegates(request),
    )


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Asks for leave."""
    form = _form(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        with refusals_into(form):
            made = request_leave(
                staff=entered.get("staff") or request.user.staff_member,
                days=entered["days"],
                by=request.user,
                on=clock.today(request.user),
                at=clock.now(),
                delegate_to=entered.get("delegate_to"),
            )
            return _done(request, _told(made))
    context = {"form": form, "action": request.path, "found": None} | _preview(request, form)
    return page(request, "staffing/leave_form.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes a request; approved leave stays in force until its change is approved."""
    found = _found(request, pk)
    form = _form(request, request.POST if request.method == "POST" else None, found)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = change_leave(
                request=found,
                days=form.cleaned_data["days"],
                by=request.user,
                on=clock.today(request.user),
                at=clock.now(),
                version=form.cleaned_data["version"] or 0,
            )
            return _done(request, _told(made))
    context = {"form": form, "action": request.path, "found": found} | _preview(request, form, found)
    return page(request, "staffing/leave_form.html", context, status=422 if form.errors else 200)


@staff_only
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What the days in the form would take and leave, who else is away then, and who decides."""
    text = request.GET.get("request", "")
    found = _found(request, int(text)) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    return page(
        request, "staffing/leave_preview.html", _preview(request, _form(request, request.GET, found), found)
    )


def _preview(request: HttpRequest, form: LeaveForm, found: LeaveRequest | None = None) -> dict[str, Any]:
    shown = form if form.is_bound else LeaveForm(form.initial, request=found) if found else None
    if shown is None or not shown.is_valid() or "days" not in shown.cleaned_data:
        return {"proposal": None}
    staff = found.staff if found else shown.cleaned_data.get("staff") or request.user.staff_member
    proposal = propose(
        staff=staff, days=shown.cleaned_data["days"], found=found, on=clock.today(request.user)
    )
    asks = ""
    if proposal.request.leave_type.needs_approval:
        asks = goes_to(policy_for(KIND), [subject_of(proposal.request, proposal.minutes)])
    return {"proposal": proposal, "asks": asks}


@staff_only
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a request back."""
    withdrawn = withdraw_leave(request=_found(request, pk), by=request.user, at=clock.now())
    return _done(request, f"The request for {withdrawn.span.words} is withdrawn.")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancels approved leave, with approval where it needs one."""
    found = _found(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = cancel_leave(
                request=found,
                by=request.user,
                on=clock.today(request.user),
                at=clock.now(),
                note=form.cleaned_data["note"],
            )
            words = "is canceled" if made.pk == found.pk else "stays until the cancellation is approved"
            return _done(request, f"{found.leave_type.name} {found.span.words} {words}.")
    context = {"form": form, "action": request.path, "found": found}
    return page(request, "staffing/leave_cancel.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    toast(request, words)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _told(made: LeaveRequest) -> str:
    name = f"{made.leave_type.name} {made.span.words}"
    return f"{name} waits for approval." if made.is_waiting else f"{name} is entered."
