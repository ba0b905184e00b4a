"""The editor of a draft: what it says, in place, beside the paper as the client will see it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import DRAFT_INVOICES, ISSUE_INVOICES, VIEW_BILLING
from billing.draft_page import draft_page
from billing.editing import Terms, delete_draft, edit_invoice
from billing.forms import InvoiceForm, VersionForm
from billing.models import Invoice
from billing.recalculating import recalculate_draft
from billing.staleness import changes as changes_of
from core import clock
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import guarded


def find(pk: int) -> Invoice:
    """The draft or invoice with what its pages show."""
    related = (
        "client",
        "client__payment_terms",
        "entity",
        "terms",
        "project",
        "drafted_by",
        "document",
    )
    return get_object_or_404(Invoice.objects.select_related(*related), pk=pk)


def parts(request: HttpRequest, invoice: Invoice, *, status: int = 200, **context: object) -> HttpResponse:
    """What changes around an edited field: sums, states of lines, preview. Fields are never swapped while typing."""
    today = clock.date_in(invoice.entity.time_zone, clock.now())
    shown = {"draft": draft_page(invoice, today=today), "invoice": invoice, **context}
    return page(request, "billing/draft_parts.html", shown, status=status)


@guarded(VIEW_BILLING)
@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor; an invoice with a number has a page of its own."""
    invoice = find(pk)
    if invoice.state != Invoice.State.DRAFT:
        return redirect("billing:invoice", pk)
    today = clock.date_in(invoice.entity.time_zone, clock.now())
    names = ("title", "terms", "po_number", "detail", "tax_on", "shows_receipts", "message")
    context = {
        "draft": draft_page(invoice, today=today),
        "invoice": invoice,
        "form": InvoiceForm(initial={name: getattr(invoice, name) for name in names}),
        "can_edit": has_right(request.user, DRAFT_INVOICES),
        "can_issue": has_right(request.user, ISSUE_INVOICES),
    }
    return page(request, "billing/draft.html", context)


@guarded(DRAFT_INVOICES)
@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves title, terms, PO number, detail and message."""
    form = InvoiceForm(request.POST)
    if form.is_valid():
        with refusals_into(form):
            edit_invoice(invoice=find(pk), wanted=Terms(**form.cleaned_data), by=request.user)
    errors = [error for errors in form.errors.values() for error in errors]
    return parts(request, find(pk), status=422 if errors else 200, errors=errors)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What recalculating would change, and recalculating."""
    invoice = find(pk)
    form = VersionForm(request.POST or None, initial={"version": invoice.version})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            recalculate_draft(invoice=invoice, by=request.user, **form.cleaned_data)
            toast(request, "Recalculated from the entries as they are now.")
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"invoice": invoice, "changes": changes_of(invoice), "form": form, "action": request.path}
    return page(request, "billing/changes.html", context, status=422 if form.errors else 200)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks before a draft is deleted."""
    invoice = find(pk)
    if request.method == "POST":
        delete_draft(invoice=invoice, by=request.user)
        toast(request, f"Draft for {invoice.title} deleted. Its hours are ready to bill again.")
        return HttpResponse(headers={"HX-Redirect": reverse("billing:invoices") + "?tab=drafts"})
    return page(request, "billing/delete_draft.html", {"invoice": invoice, "action": request.path})
