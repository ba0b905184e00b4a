"""Deciding: the certification, returning with a reason, asking, changing minutes, taking a decision back."""

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from approvals.guards import deciders
from approvals.history import decided_together
from approvals.models import Decision
from approvals.preview import later_words
from approvals.submitting import policy_for
from approvals.views.dialogues import ask_about
from core import clock
from core.errors import Conflict
from core.pages import page, refusals_into, toast
from people.guards import guarded
from timesheets.access import APPROVE_ALL, APPROVE_TEAM, EDIT_BILLABLE, EDIT_WORKED, UNAPPROVE
from timesheets.approval_forms import CutForm, ReturnForm, UnapproveForm, WorkedForm
from timesheets.approvals_keys import SheetKey
from timesheets.approvals_queue import waiting_entries
from timesheets.approving import return_time
from timesheets.cutting import change_worked, cut_billable
from timesheets.desk import TIME
from timesheets.models import TimeEntry
from timesheets.subjects import KIND
from timesheets.unapproving import take_back, unapprove_time
from timesheets.views.approvals import scope_of, sheet_context
from timesheets.views.choosing import (
    answer,
    chosen,
    count,
    dialog,
    done,
    first_error,
    keys_of,
    posted_ids,
    refresh,
)
from timesheets.views.signing import approve_posted, signing_for

MINUTES: dict[str, tuple[type[Form], Callable[..., TimeEntry]]] = {
    "billable": (CutForm, cut_billable),
    "worked": (WorkedForm, change_worked),
}


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest) -> HttpResponse:
    """The certification, and the approval itself."""
    entries = chosen(request)
    signing = signing_for(request, posted_ids(request) or [entry.pk for entry in entries])
    form = signing.form(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            return done(request, form, approve_posted(request, form, signing), "approved")
    later = later_words(KIND, [entry.pk for entry in entries])
    context = {"policy": policy_for(KIND), "signing": signing, "then_goes_to": later and f"Next: {later}"}
    return dialog(request, "timesheets/approve.html", form, entries, context)


@deciders(APPROVE_TEAM, APPROVE_ALL)
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
            return done(request, form, decided, "returned")
    return dialog(request, "timesheets/return.html", form, chosen(request), {})


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for the question, and puts it to the owners; the lines stay where they are."""
    entries, asked = chosen(request), request.POST if request.method == "POST" else request.GET
    shown, then = asked.get("open", ""), asked.get("then", "")
    carried = scope_of(request).asked | {
        "lines": ",".join(f"{entry.pk}.{entry.version}" for entry in entries),
        "open": shown,
        "then": then,
    }
    ids = [entry.pk for entry in entries]
    return ask_about(request, TIME, ids, carried=carried, done=lambda: answer(request, shown, then))


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes back what was decided in one go, with `?of=` only one person's lines of it: they wait again."""
    ids = _lines_of(request, pk)
    again = take_back(entry_ids=ids, by=request.user, at=clock.now())
    toast(request, f"{count(len(again), 'line')} {'waits' if len(again) == 1 else 'wait'} again.")
    if request.GET.get("tab"):
        return refresh(request)
    return answer(request, *map(str, keys_of(TimeEntry.objects.filter(pk__in=again)[:1], scope_of(request))))


@guarded(UNAPPROVE)
@require_http_methods(["GET", "POST"])
def unapprove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason, and takes the approval of one person's lines of a go back."""
    ids = _lines_of(request, pk)
    form = UnapproveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            again = unapprove_time(
                entry_ids=ids, reason=form.cleaned_data["reason"], by=request.user, at=clock.now()
            )
            toast(request, f"{count(len(again), 'line')} {'waits' if len(again) == 1 else 'wait'} again.")
            return refresh(request)
    lines = TimeEntry.objects.filter(pk__in=ids).select_related("staff")
    context = {
        "form": form,
        "action": request.get_full_path(),
        "count": len(ids),
        "staff": lines[0].staff if lines else None,
        "minutes": sum(line.worked_minutes for line in lines),
    }
    return page(request, "timesheets/unapprove.html", context, status=422 if form.errors else 200)


def _lines_of(request: HttpRequest, pk: int) -> list[int]:
    """The lines that a decision names, those decided in the same go, with `?of=` only one person's."""
    decision = get_object_or_404(
        Decision.objects.select_related("request"), pk=pk, request__subject_kind=KIND
    )
    together = decided_together(decision)
    if request.GET.get("of") == str(decision.request.owner_id):
        together = together.filter(request__owner=decision.request.owner_id)
    return list(together.values_list("request__subject_id", flat=True))


@guarded(EDIT_BILLABLE)
@require_POST
def cut(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets what may be billed of a line."""
    return _change(request, pk, "billable")


@guarded(EDIT_WORKED)
@require_POST
def worked(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets what was worked of a line."""
    return _change(request, pk, "worked")


def _change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Changes minutes; asks for the reason under the line. Answers with line and sums."""
    waiting = waiting_entries(request.user, clock.today(request.user)).filter(pk=pk).first()
    if waiting is None:
        raise Conflict("This line was changed or decided meanwhile. Load the page again.")
    kind, operation = MINUTES[what]
    form = kind(request.POST)
    if form.is_valid():
        entered = form.cleaned_data
        with refusals_into(form):
            operation(
                entry=waiting,
                reason=entered["reason"],
                by=request.user,
                at=clock.now(),
                version=entered["version"],
                **{f"{what}_minutes": entered[what]},
            )
    key = SheetKey.parse(request.POST.get("open", "")) or keys_of([waiting], scope_of(request))[0]
    context, sheet = sheet_context(request, key)
    line = next((line for line in sheet.lines if line.entry.pk == pk), None) if sheet else None
    error = first_error(form)
    context |= {"line": line, "wrong": what if error else "", "cut_error": error, "typed": form}
    context["asks_reason"] = "reason" in form.errors
    return page(request, "timesheets/approvals_cut.html", context, status=422 if error else 200)
