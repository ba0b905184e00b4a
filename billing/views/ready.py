"""Ready to bill: what may be billed by project, drafting it, and what became of a bulk run."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.batching import DRAFT_KIND, start_drafting
from billing.bills import together
from billing.draft_forms import GROUP_BY, LINE_BY, ReasonForm
from billing.drafting import draft_invoice
from billing.editing import delete_drafts_of_job
from billing.forms import DraftingForm, ReadyFilters
from billing.grouping import GroupingIsWrong
from billing.holding_work import hold_projects, release_projects
from billing.models import Detail, Invoice
from billing.previewing import preview_drafts
from billing.rating import rate_unrated
from billing.ready_page import GROUPS, choices, figures, filtered, grouped, totals
from billing.unbilled import ready_to_bill, unrated_entries
from billing.views.holds import undo_url
from billing.views.paging import first_row
from core import clock
from core.models import Job
from core.pages import is_fragment, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from projects.access import VIEW_RATES
from projects.models import BillingSplit, Project

ROWS = 50
FILTERS = ("client", "lead", "method", "currency", "cycle", "old", "held")
OFFERED = ("method", "currency", "cycle")


def more_url(request: HttpRequest, first: int) -> str:
    """The address of the rows from there on."""
    more = request.GET.copy()
    more["from"] = str(first)
    return f"?{more.urlencode()}"


@guarded(VIEW_BILLING)
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """The list, fifty projects at a time."""
    today = clock.today(request.user)
    wanted = ReadyFilters(request.GET).wanted(today)
    everything = ready_to_bill(request.user, wanted["through"], today=today)
    rows = filtered(everything, wanted)
    first = first_row(request)
    context = {
        "rows": grouped(rows, wanted["group"])[first : first + ROWS],
        "count": len(rows),
        "more_count": min(max(len(rows) - first - ROWS, 0), ROWS),
        "more_url": more_url(request, first + ROWS),
        "wanted": wanted,
        "is_filtered": any(wanted[name] for name in FILTERS),
        "totals": totals(rows),
        "figures": figures(everything, wanted["through"]),
        "everything": everything,
        "offers": [(name, GROUPS[name][0], choices(everything, name), wanted[name]) for name in OFFERED],
        "groups": [(name, words) for name, (words, _) in GROUPS.items()],
        "can_draft": has_right(request.user, DRAFT_INVOICES),
    }
    return page(request, "billing/ready.html#rows" if is_fragment(request) else "billing/ready.html", context)


@guarded(DRAFT_INVOICES)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The lines of the drafts to be, and another way to group them."""
    form = DraftingForm(request.POST)
    return _preview(request, form) if form.is_valid() else _choose_again(request, form)


def _preview(request: HttpRequest, form: DraftingForm) -> HttpResponse:
    layout, wrong = None, None
    try:
        layout = form.layout()
    except GroupingIsWrong as refusal:
        wrong = refusal
    ids, last = together(form.cleaned_data["project"]), form.cleaned_data["through"]
    projects, parts = list(Project.objects.filter(pk__in=ids)), form.cleaned_data["parts"]
    wanted = {"through": last, "by": request.user, "on": clock.today(request.user), "layout": layout}
    rows = preview_drafts(projects=projects, parts=parts, **wanted)
    choices = [
        ("group_by", "Headings by", GROUP_BY),
        ("line_by", "Lines by", LINE_BY),
        ("detail", "The client sees", Detail.choices),
    ]
    context = {"rows": rows, "made": [row for row in rows if row.groups], "through": last}
    context |= {"ids": ids, "wrong": wrong, "parts": parts}
    context["choices"] = [(name, *words, form.said[name]) for name, *words in choices]
    return page(request, "billing/ready_preview.html", context, status=422 if wrong else 200)


def _choose_again(request: HttpRequest, form: DraftingForm) -> HttpResponse:
    toast(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("billing:ready")


@guarded(DRAFT_INVOICES)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Drafts one project at once, several as a job. Levels that do not go together are said on the preview."""
    form = DraftingForm(request.POST)
    if not form.is_valid():
        return _choose_again(request, form)
    try:
        layout = form.layout()
    except GroupingIsWrong:
        return _preview(request, form)
    ids, last, today = (
        together(form.cleaned_data["project"]),
        form.cleaned_data["through"],
        clock.today(request.user),
    )
    wanted = {"through": last, "by": request.user, "on": today, "layout": layout}
    wanted["parts"] = form.cleaned_data["parts"]
    if len(ids) == 1 and not BillingSplit.objects.filter(project__in=ids).exists():
        project = get_object_or_404(Project, pk=ids[0])
        invoice = draft_invoice(project=project, **wanted)
        toast(request, "Drafted. Its hours are reserved until you issue or delete it.")
        return redirect("billing:draft", invoice.pk)
    job = start_drafting(project_ids=ids, **wanted)
    return redirect("core:job", job.pk)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Asks why, then holds the chosen projects."""
    chosen = (request.POST or request.GET).getlist("project")
    projects = list(Project.objects.filter(pk__in=[pk for pk in chosen if pk.isdigit()]).order_by("name"))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            reason = form.cleaned_data["reason"]
            at = clock.now()
            number = hold_projects(projects=projects, reason=reason, by=request.user, at=at)
            toast(request, f"{number} project{'' if number == 1 else 's'} on hold.", undo_url(request, at))
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"form": form, "projects": projects, "action": request.path}
    return page(request, "billing/hold.html", context, status=422 if form.errors else 200)


@guarded(DRAFT_INVOICES)
@require_POST
def release(request: HttpRequest, project_id: int) -> HttpResponse:
    """Takes the hold off a project and off its entries."""
    project = get_object_or_404(Project, pk=project_id)
    release_projects(projects=[project], by=request.user, at=clock.now())
    toast(request, f"{project.name} is ready to bill again.")
    return redirect("billing:ready")


@guarded(DRAFT_INVOICES)
@require_GET
def drafted(request: HttpRequest, pk: int) -> HttpResponse:
    """What a bulk run drafted, and why it skipped the rest."""
    job = get_object_or_404(Job, pk=pk, kind=DRAFT_KIND)
    rows: list[dict[str, Any]] = (job.result or {}).get("projects", [])
    live = set(Invoice.objects.filter(job=job).values_list("pk", flat=True))
    made = [row | {"amount": Decimal(row["amount"])} for row in rows if row["invoice_id"] in live]
    context = {
        "job": job,
        "made": made,
        "skipped": [row for row in rows if row["invoice_id"] is None],
        "unrated_minutes": sum(row["unrated_minutes"] for row in rows),
        "can_undo": bool(Invoice.objects.drafts().filter(job=job).exists()),
        "through": date.fromisoformat(job.arguments["through"]),
    }
    return page(request, "billing/drafted.html", context)


@guarded(DRAFT_INVOICES)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes the drafts of a bulk run that are not issued."""
    job = get_object_or_404(Job, pk=pk, kind=DRAFT_KIND)
    number = delete_drafts_of_job(job_id=job.pk, by=request.user)
    toast(request, f"{number} drafts deleted. Their hours are ready to bill again.")
    return redirect("billing:ready")


@guarded(VIEW_BILLING)
@require_http_methods(["GET", "POST"])
def unrated(request: HttpRequest) -> HttpResponse:
    """Billable work without a rate; POST looks for its rates anew."""
    wanted = ReadyFilters(request.GET).wanted(clock.today(request.user))
    entries = unrated_entries(wanted["through"])
    if request.method == "POST":
        found = rate_unrated(entry_ids=entries.values_list("pk", flat=True), by=request.user)
        toast(request, f"{found} entries found a rate." if found else "No rate applies to these entries yet.")
        return redirect(request.get_full_path())
    context = {
        "entries": entries[:200],
        "count": entries.count(),
        "through": wanted["through"],
        "can_draft": has_right(request.user, DRAFT_INVOICES),
        "sees_rates": has_right(request.user, VIEW_RATES),
    }
    return page(request, "billing/unrated.html", context)
