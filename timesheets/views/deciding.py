"""Deciding: the certification, returning with a reason, cutting what is billed, taking a decision back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from approvals.certifying import Signature
from approvals.submitting import policy_for
from core import clock
from core.minutes import format_minutes
from core.pages import page, refusals_into, toast
from people.guards import guarded
from timesheets.access import APPROVE_ALL, APPROVE_TEAM
from timesheets.approval_forms import ApproveForm, CutForm, LinesField, ReturnForm
from timesheets.approvals_queue import waiting_requests
from timesheets.approving import Decided, approve_time, cut_billable, return_time, take_back
from timesheets.models import TimeEntry
from timesheets.subjects import KIND
from timesheets.views.approvals import queue_context


def _chosen(request: HttpRequest) -> list[TimeEntry]:
    """The lines that were ticked, else those of the sheet; only what waits for the person."""
    ticked = [pk for pk in request.GET.getlist("line") if pk.isdigit()]
    lines = ticked or request.GET.get("lines", "").split(",")
    waiting = waiting_requests(request.user, clock.today(request.user))
    ids = [int(pk) for pk in lines if pk.isdigit() and int(pk) in waiting]
    return list(TimeEntry.objects.submitted().filter(pk__in=ids).select_related("staff"))


def _numbers(entries: list[TimeEntry]) -> dict[str, object]:
    return {
        "lines": ",".join(str(entry.pk) for entry in entries),
        "count": len(entries),
        "people": len({entry.staff_id for entry in entries}),
        "names": sorted({entry.staff.name for entry in entries}),
        "worked": sum(entry.worked_minutes for entry in entries),
        "billable": sum(entry.billable_minutes for entry in entries),
    }


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest) -> HttpResponse:
    """The certification, and the approval itself."""
    form = ApproveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        signature = Signature(entered["typed_name"], entered["password"], request.META.get("REMOTE_ADDR"))
        with refusals_into(form):
            decided = approve_time(
                entry_ids=entered["lines"], by=request.user, at=clock.now(), signature=signature
            )
            return _done(request, decided, "approved")
    entries = _posted(form) if request.method == "POST" else _chosen(request)
    context = {"form": form, "policy": policy_for(KIND), "action": request.path, **_numbers(entries)}
    return page(request, "timesheets/approve.html", context, status=422 if form.errors else 200)


def _posted(form: ApproveForm | ReturnForm) -> list[TimeEntry]:
    ids = form.cleaned_data.get("lines", [])
    return list(TimeEntry.objects.submitted().filter(pk__in=ids).select_related("staff"))


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest) -> HttpResponse:
    """Asks for the reason, and returns the lines."""
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            decided = return_time(
                entry_ids=form.cleaned_data["lines"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=clock.now(),
            )
            return _done(request, decided, "returned")
    entries = _posted(form) if request.method == "POST" else _chosen(request)
    context = {"form": form, "action": request.path, **_numbers(entries)}
    return page(request, "timesheets/return.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, decided: Decided, verb: str) -> HttpResponse:
    """Back to the queue, with what was done, what was skipped and why, and the way back."""
    ids = [*decided.entry_ids, *decided.waiting_ids]
    hours = format_minutes(decided.minutes, request.user.hours_style)
    words = f"{len(ids)} {'line' if len(ids) == 1 else 'lines'} {verb}, {hours} h."
    if decided.skipped:
        reasons = "; ".join(sorted(set(decided.skipped.values())))
        words = f"{words} {len(decided.skipped)} skipped: {reasons}"
    undo = f"{reverse('timesheets:take-back')}?lines={','.join(str(pk) for pk in decided.entry_ids)}"
    toast(request, words, undo_url=undo if decided.entry_ids else None)
    return HttpResponse(headers={"HX-Redirect": reverse("timesheets:approvals")})


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Takes decisions back: the lines wait again."""
    ids = LinesField().clean(request.GET.get("lines", ""))
    again = take_back(entry_ids=ids, by=request.user, at=clock.now())
    toast(request, f"{len(again)} {'line waits' if len(again) == 1 else 'lines wait'} again.")
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("timesheets:approvals")})


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_POST
def cut(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets what may be billed of a line; asks for the reason under the line. Answers with the sheet."""
    entry = get_object_or_404(
        TimeEntry, pk=pk, pk__in=waiting_requests(request.user, clock.today(request.user))
    )
    form = CutForm(request.POST)
    if form.is_valid():
        with refusals_into(form):
            cut_billable(
                entry=entry,
                billable_minutes=form.cleaned_data["billable"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=clock.now(),
                version=form.cleaned_data["version"],
            )
    context = queue_context(request, request.POST.get("sheet", ""))
    if form.errors:
        errors = [error for found in form.errors.values() for error in found]
        context |= {"cut_pk": pk, "cut_form": form, "cut_error": errors[0]}
    return page(request, "timesheets/approvals.html#detail", context, status=422 if form.errors else 200)
