"""Deciding: the certification, returning with a reason, cutting what is billed, taking a decision back."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from approvals.certifying import Signature
from approvals.history import decided_together
from approvals.models import Decision
from approvals.submitting import policy_for
from core import clock
from core.errors import Conflict
from core.minutes import format_minutes
from core.pages import page, refusals_into, toast
from core.periods import week_of
from people.guards import guarded
from timesheets.access import APPROVE_ALL, APPROVE_TEAM
from timesheets.approval_forms import (
    ApproveForm,
    CutForm,
    DecideForm,
    ReturnForm,
    SignedApproveForm,
    chosen_lines,
    chosen_sheets,
)
from timesheets.approvals_queue import in_sheets, queue, waiting_entries
from timesheets.approvals_sheets import SheetKey
from timesheets.approving import Decided, approve_time, cut_billable, return_time, take_back
from timesheets.models import TimeEntry, TimeRules
from timesheets.review import later_steps
from timesheets.subjects import KIND
from timesheets.views.approvals import queue_context, queue_url, reader_context, sheet_context


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest) -> HttpResponse:
    """The certification, and the approval itself."""
    policy = policy_for(KIND)
    kind = SignedApproveForm if policy.asks_password else ApproveForm
    form = kind(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        signature = None
        if policy.asks_password:
            signature = Signature(entered["typed_name"], entered["password"], request.META.get("REMOTE_ADDR"))
        with refusals_into(form):
            decided = approve_time(
                entry_ids=list(entered["lines"]),
                by=request.user,
                at=clock.now(),
                signature=signature,
                seen=entered["lines"],
            )
            return _done(request, form, decided, "approved")
    entries = _shown(request, form)
    context = {"policy": policy, "then_goes_to": later_steps([entry.pk for entry in entries])}
    return _dialog(request, "timesheets/approve.html", form, entries, context)


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest) -> HttpResponse:
    """Asks for the reason, and returns the lines."""
    form = ReturnForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            decided = return_time(
                entry_ids=list(form.cleaned_data["lines"]),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=clock.now(),
            )
            return _done(request, form, decided, "returned")
    return _dialog(request, "timesheets/return.html", form, _shown(request, form), {})


def _shown(request: HttpRequest, form: DecideForm) -> list[TimeEntry]:
    """The dialog's lines: those posted, else ticked, clean, or of the ticked sheets; only what waits for the person."""
    user, asked, on = request.user, request.GET, clock.today(request.user)
    mine_only = reader_context(request)["mine_only"]
    waiting = waiting_entries(user, on, mine_only=mine_only).select_related("staff").order_by("pk")
    if request.method == "POST":
        return list(waiting.filter(pk__in=form.cleaned_data.get("lines", ())))
    if ids := chosen_lines(asked):
        return list(waiting.filter(pk__in=ids))
    if asked.get("clean") == "1":
        clean = queue(user, clock.now(), on, mine_only=mine_only).clean
        return list(waiting.filter(pk__in=[line.entry.pk for sheet in clean for line in sheet.waiting]))
    return list(waiting.filter(in_sheets(chosen_sheets(asked))))


def _dialog(
    request: HttpRequest, template: str, form: DecideForm, entries: list[TimeEntry], more: dict[str, Any]
) -> HttpResponse:
    """The question with its numbers. The lines are named with the version that these numbers are of."""
    context = {
        "form": form,
        "action": request.path,
        "lines": ",".join(f"{entry.pk}.{entry.version}" for entry in entries),
        "count": len(entries),
        "sheets": len(_sheets_of(entries)),
        "names": list(dict.fromkeys(sorted(entry.staff.name for entry in entries))),
        "worked": sum(entry.worked_minutes for entry in entries),
        "billable": sum(entry.billable_minutes for entry in entries),
    }
    return page(request, template, context | more, status=422 if form.errors else 200)


def _sheets_of(entries: Collection[TimeEntry]) -> list[SheetKey]:
    starts_on = TimeRules.objects.values_list("week_starts_on", flat=True).get(pk=1)
    keys = (SheetKey(entry.staff_id, week_of(entry.worked_on, starts_on).first) for entry in entries)
    return list(dict.fromkeys(keys))


def _done(request: HttpRequest, form: DecideForm, decided: Decided, verb: str) -> HttpResponse:
    """The queue as it is now, what was done with the way back, and at the top what was skipped and why."""
    ids = [*decided.entry_ids, *decided.waiting_ids]
    sheets = len(_sheets_of(TimeEntry.objects.filter(pk__in=ids).only("staff_id", "worked_on")))
    what = _count(sheets, "sheet") if sheets > 1 else _count(len(ids), "line")
    skipped = f" {len(decided.skipped)} skipped." if decided.skipped else ""
    hours = format_minutes(decided.minutes, request.user.hours_style)
    toast(request, f"{what} {verb}, {hours} h.{skipped}", _undo_url(request, decided))
    reasons = [
        f"{_count(lines, 'line')}: {reason}" for reason, lines in Counter(decided.skipped.values()).items()
    ]
    return _answer(request, form.cleaned_data["open"], form.cleaned_data["then"], skipped=reasons)


def _undo_url(request: HttpRequest, decided: Decided) -> str | None:
    """Names the go by one of its decisions, so that it stays short. Lines that only moved on have no way back."""
    made = Decision.objects.filter(
        by=request.user.pk, request__subject_kind=KIND, request__subject_id__in=decided.entry_ids
    )
    latest = made.order_by("-pk").values_list("pk", flat=True).first()
    if latest is None:
        return None
    mine = urlencode({"mine": "1"}) if reader_context(request)["mine_only"] else ""
    return reverse("timesheets:take-back", args=[latest]) + (f"?{mine}" if mine else "")


def _answer(request: HttpRequest, *keys: str, skipped: Collection[str] = ()) -> HttpResponse:
    """The page's parts that a decision changes, put into place by htmx; the dialog closes."""
    context = queue_context(request, *keys)
    answer = page(request, "timesheets/approvals_answer.html", context | {"skipped": skipped})
    answer["HX-Replace-Url"] = queue_url(context)
    return answer


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes back what was decided in one go, with `?of=` only one person's lines of it: they wait again."""
    decision = get_object_or_404(
        Decision.objects.select_related("request"), pk=pk, request__subject_kind=KIND
    )
    together = decided_together(decision)
    if request.GET.get("of") == str(decision.request.owner_id):
        together = together.filter(request__owner=decision.request.owner_id)
    ids = list(together.values_list("request__subject_id", flat=True))
    again = take_back(entry_ids=ids, by=request.user, at=clock.now())
    toast(request, f"{_count(len(again), 'line')} {'waits' if len(again) == 1 else 'wait'} again.")
    if request.GET.get("tab") == "decided":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return _answer(request, *map(str, _sheets_of(TimeEntry.objects.filter(pk__in=again))))


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_POST
def cut(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets what may be billed of a line; asks for the reason under the line. Answers with line and sums."""
    waiting = waiting_entries(request.user, clock.today(request.user)).filter(pk=pk).first()
    if waiting is None:
        raise Conflict("This line was changed or decided meanwhile. Load the page again.")
    form = CutForm(request.POST)
    if form.is_valid():
        with refusals_into(form):
            cut_billable(
                entry=waiting,
                billable_minutes=form.cleaned_data["billable"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=clock.now(),
                version=form.cleaned_data["version"],
            )
    context, sheet = sheet_context(request, _sheets_of([waiting])[0])
    line = next((line for line in sheet.lines if line.entry.pk == pk), None) if sheet else None
    error = next((error for found in form.errors.values() for error in found), "")
    context |= {"line": line, "cut_error": error, "typed": form, "asks_reason": "reason" in form.errors}
    return page(request, "timesheets/approvals_cut.html", context, status=422 if error else 200)
