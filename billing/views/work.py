"""A project's work in progress, entry by entry: drafted, held, released or written off."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing import billable
from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.draft_forms import ReasonForm
from billing.drafting import draft_invoice
from billing.forms import ReadyFilters
from billing.holding_work import hold_entries, release_entries
from billing.holds import held_entries, held_projects
from billing.models import WorkWriteOff
from billing.reasons_forms import Kind
from billing.unbilled import rounded_amount
from billing.views.holds import undo_url
from billing.writing_off_work import undo_write_off, write_off_work
from core import clock
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from projects.models import Project
from timesheets.models import TimeEntry

# An older entry than these is found by an earlier cut-off.
MOST = 500


@guarded(VIEW_BILLING)
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, project_id: int) -> HttpResponse:
    """The unbilled entries; POST drafts those that are chosen."""
    project = get_object_or_404(Project.objects.select_related("client"), pk=project_id)
    through = ReadyFilters(request.GET).wanted(clock.today(request.user))["through"]
    if request.method == "POST":
        ids, today = _ids(request), clock.today(request.user)
        invoice = draft_invoice(project=project, through=through, by=request.user, on=today, entry_ids=ids)
        return redirect("billing:draft", invoice.pk)
    found = billable.unbilled(TimeEntry.objects.filter(project=project, worked_on__lte=through))
    entries = list(
        found.annotate(is_rated=Q(billable.rated()), worth=rounded_amount())
        .select_related("staff", "task")
        .order_by("worked_on", "staff__name", "pk")[:MOST]
    )
    holds = held_entries([entry.pk for entry in entries])
    context = {
        "project": project,
        "through": through,
        "rows": [(entry, holds.get(entry.pk)) for entry in entries],
        "hold": held_projects([project.pk]).get(project.pk),
        "write_offs": WorkWriteOff.objects.filter(project=project, undone_on=None)[:20],
        "can_draft": has_right(request.user, DRAFT_INVOICES),
    }
    return page(request, "billing/work.html", context)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, project_id: int) -> HttpResponse:
    """Asks why, then holds the chosen entries."""
    project, form = get_object_or_404(Project, pk=project_id), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            mine = TimeEntry.objects.filter(pk__in=_ids(request), project=project).values_list(
                "pk", flat=True
            )
            reason = form.cleaned_data["reason"]
            at = clock.now()
            number = hold_entries(entry_ids=list(mine), reason=reason, by=request.user, at=at)
            words = f"{number} {'entry' if number == 1 else 'entries'} on hold."
            toast(request, words, undo_url(request, at))
            return HttpResponse(headers={"HX-Refresh": "true"})
    return _ask(request, "Hold", form)


@guarded(DRAFT_INVOICES)
@require_POST
def release(request: HttpRequest, project_id: int) -> HttpResponse:
    """Releases the chosen entries."""
    project = get_object_or_404(Project, pk=project_id)
    mine = TimeEntry.objects.filter(pk__in=_ids(request), project=project).values_list("pk", flat=True)
    number = release_entries(entry_ids=list(mine), by=request.user, at=clock.now())
    toast(request, f"{number} {'entry is' if number == 1 else 'entries are'} ready to bill again.")
    return redirect("billing:work", project_id)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def write_off(request: HttpRequest, project_id: int) -> HttpResponse:
    """Asks why, then writes the chosen entries off."""
    project = get_object_or_404(Project.objects.select_related("client"), pk=project_id)
    form = ReasonForm(request.POST or None, kind=Kind.WRITE_OFF)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            reason, ids, today = form.cleaned_data["reason"], _ids(request), clock.today(request.user)
            written = write_off_work(project=project, entry_ids=ids, reason=reason, by=request.user, on=today)
            undo_url = reverse("billing:work-write-off-undo", args=[written.pk])
            toast(request, "Written off. Nobody is asked for it.", undo_url)
            return HttpResponse(headers={"HX-Refresh": "true"})
    return _ask(request, "Write off", form)


@guarded(DRAFT_INVOICES)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The written off hours are work in progress again."""
    written = get_object_or_404(WorkWriteOff, pk=pk)
    undo_write_off(write_off=written, by=request.user, on=clock.today(request.user))
    toast(request, "Not written off any more.")
    return redirect("billing:work", written.project_id)


def _ids(request: HttpRequest) -> list[int]:
    given = request.POST if request.method == "POST" else request.GET
    return [int(text) for text in given.getlist("entry") if text.isdigit()]


def _ask(request: HttpRequest, verb: str, form: ReasonForm) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "verb": verb, "ids": _ids(request), "action": request.path}
    return page(request, "billing/work_ask.html", context, status=422 if form.errors else 200)
