"""Requests for leave: what waits for the person, deciding on it, what was decided lately."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.certifying import Signature, session_digest, signature_needed, steps_asked
from approvals.models import Decision
from approvals.submitting import policy_for
from approvals.views.dialogues import ask_about, dialogue
from core import clock
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import staff_only
from staffing.access import MANAGE_LEAVE, kind_name, visible_leave
from staffing.deciding_leave import decide_leave, may_decide_now, take_back_leave
from staffing.desk import LEAVE
from staffing.forms import ReturnLeaveForm, SignedForm
from staffing.leave_list import decided_lately, waiting_leave
from staffing.models import LeaveRequest
from staffing.subjects import KIND
from staffing.waiting import waiting_rows

REFRESH = {"HX-Refresh": "true"}
APPROVED = Decision.Outcome.APPROVED


def _may(request: HttpRequest) -> None:
    if not may_decide_now(request.user, clock.now()):
        raise PermissionDenied


@staff_only
@require_safe
def leave_requests(request: HttpRequest) -> HttpResponse:
    """What waits for the person's decision."""
    _may(request)
    user, mine_only = request.user, request.GET.get("mine") == "1"
    context = {
        "tab": "waiting",
        "waiting": waiting_leave(user, clock.today(user), clock.now(), mine_only=mine_only),
        "mine_only": mine_only,
        "decides_all": has_right(user, MANAGE_LEAVE),
    }
    return page(request, "staffing/leave_requests.html", context)


@staff_only
@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """What was decided in the last thirty days."""
    _may(request)
    user = request.user
    manages = has_right(user, MANAGE_LEAVE)
    context = {
        "tab": "decided",
        "decided": decided_lately(user, clock.now(), clock.today(user), takes_back_all=manages),
        "decides_all": manages,
    }
    return page(request, "staffing/leave_requests.html", context)


def _waiting(request: HttpRequest, pk: int) -> LeaveRequest:
    """A request that waits for the person, else 404."""
    _may(request)
    rows = waiting_rows(request.user, clock.today(request.user)).select_related("staff", "leave_type")
    return get_object_or_404(rows, pk=pk)


def _address(request: HttpRequest) -> str | None:
    address: str | None = request.META.get("REMOTE_ADDR")
    return address


def _version(request: HttpRequest, found: LeaveRequest) -> dict[int, int]:
    text = request.POST.get("version", "")
    return {found.pk: int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1}


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approves at once; where the policy asks for a signature, through a dialog."""
    found, at = _waiting(request, pk), clock.now()
    session = session_digest(request.session.session_key)
    signs = signature_needed(request.user, steps_asked(KIND, [found.pk]), at, session)
    if request.method == "POST" and not signs:
        return _decide(
            request, found, APPROVED, signature=Signature("", "", _address(request), session=session)
        )
    form = SignedForm(
        request.POST if "typed_name" in request.POST else None, initial={"version": found.version}
    )
    if request.method == "POST" and form.is_valid():
        typed, password = form.cleaned_data["typed_name"], form.cleaned_data["password"]
        signature = Signature(typed, password, _address(request), session=session)
        with refusals_into(form):
            return _decide(request, found, APPROVED, signature=signature)
    context = {
        "form": form,
        "found": found,
        "name": kind_name(request.user, found, decides=True),
        "action": request.path,
        "policy": policy_for(KIND),
    }
    return page(request, "staffing/leave_approve.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason, and returns the request."""
    found = _waiting(request, pk)
    form = ReturnLeaveForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            return _decide(request, found, Decision.Outcome.REJECTED, reason=form.cleaned_data["reason"])
    context = {
        "form": form,
        "found": found,
        "name": kind_name(request.user, found, decides=True),
        "action": request.path,
    }
    return page(request, "staffing/leave_return.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the person about their request, which goes on waiting."""
    return ask_about(request, LEAVE, [_waiting(request, pk).pk])


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked about a request: for its person to answer, and for those who may see it to read."""
    user = request.user
    mine = waiting_rows(user, clock.today(user)).filter(pk=pk).exists()
    found = LeaveRequest.objects.all() if mine else visible_leave(user)
    return dialogue(request, LEAVE, get_object_or_404(found, pk=pk).pk)


def _decide(
    request: HttpRequest, found: LeaveRequest, outcome: Decision.Outcome, **more: Any
) -> HttpResponse:
    decided = decide_leave(
        request_ids=[found.pk],
        outcome=outcome,
        by=request.user,
        at=clock.now(),
        seen=_version(request, found),
        **more,
    )
    words = "returned" if outcome == Decision.Outcome.REJECTED else "approved"
    if found.pk in decided.waiting_ids:
        words = "approved by you and waits for the next step"
    undo = reverse("staffing:leave-take-back", args=[found.pk])
    toast(request, f"{found.staff.name}, {found.span.words}: {words}.", undo)
    return HttpResponse(status=204, headers=REFRESH)


@staff_only
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The request waits for a decision again."""
    _may(request)
    take_back_leave(request_ids=[pk], by=request.user, at=clock.now())
    toast(request, "Taken back. The request waits for a decision again.")
    return HttpResponse(status=204, headers=REFRESH)
