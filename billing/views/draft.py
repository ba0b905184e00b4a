"""The editor of a draft: what it says, in place, beside the paper as the client will see it."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from billing.access import DRAFT_INVOICES, ISSUE_INVOICES, VIEW_BILLING
from billing.adjusting import ReasonIsMissing
from billing.documents import digest
from billing.draft_forms import LineForm
from billing.draft_page import draft_page, last_change
from billing.editing import ChangedMeanwhile, Terms, delete_draft, edit_invoice
from billing.forms import InvoiceForm, VersionForm
from billing.models import BilledTime, Invoice, InvoiceLine
from billing.previews import draft_content, draft_pdf
from billing.recalculating import recalculate_draft
from billing.staleness import changes as changes_of
from core import clock
from core.errors import NotAllowed, Refusal
from core.forms import AmountField
from core.minutes import Style, format_minutes
from core.pages import page, refusals_into, toast
from core.responses import made_pdf
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


def parts(
    request: HttpRequest,
    invoice: Invoice,
    *,
    status: int = 200,
    line_id: int | None = None,
    conflict: bool = False,
    **context: object,
) -> HttpResponse:
    """What changes around an edited field: sums, states, preview, and the entries of the line `line_id`.

    What was refused (`wrong_line`, `wrong_entry`) keeps what was typed; after a `conflict` the page keeps its version.
    """
    shown = draft_page(invoice, today=clock.date_in(invoice.entity.time_zone, clock.now()))
    rows = list(BilledTime.objects.filter(line=line_id)) if line_id else []
    wrong = {f"line-{context.get('wrong_line')}", f"entry-{context.get('wrong_entry')}"}
    lines = [row.line for row in shown.rows]
    context |= {
        "draft": shown,
        "invoice": invoice,
        "fields": _fields(lines, rows, invoice.currency, request.user.hours_style, wrong),
        "entries": rows,
        "conflict": last_change(invoice) if conflict else None,
    }
    return page(request, "billing/draft_parts.html", context, status=status)


def _fields(
    lines: list[InvoiceLine], rows: list[BilledTime], currency: str, style: Style, besides: Collection[str]
) -> str:
    """What stands in the fields now, but in those `besides`."""
    texts = {f"line-{line.pk}": _texts(line, currency, style) for line in lines}
    texts |= {f"entry-{row.pk}": _texts(row, currency, style) for row in rows}
    return json.dumps({place: found for place, found in texts.items() if place not in besides})


@dataclass(frozen=True)
class Tried:
    """What became of a change typed in place."""

    error: str = ""
    field: str = ""
    asks_reason: bool = False
    conflict: bool = False

    @property
    def status(self) -> int:
        return 409 if self.conflict else 422 if self.error else 200


def try_edit(form: LineForm, edit: Callable[[dict[str, Any]], object], now: dict[str, Any]) -> Tried:
    """Makes the change that the form asks for against what stands there `now`; says what is wrong with it."""
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        return Tried(errors[0], name)
    try:
        edit(form.changed(now))
    except ChangedMeanwhile:
        return Tried(conflict=True)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return Tried(refusal.message, refusal.field, isinstance(refusal, ReasonIsMissing))
    return Tried()


def values_of(row: InvoiceLine | BilledTime) -> dict[str, Any]:
    """What stands in the fields of a line or an entry."""
    if isinstance(row, InvoiceLine):
        return {"minutes": row.printed_minutes, "rate": row.printed_rate, "amount": row.amount}
    return {"minutes": row.asked_minutes, "rate": row.asked_rate, "amount": row.asked_amount}


def _texts(row: InvoiceLine | BilledTime, currency: str, style: Style) -> dict[str, str]:
    found = values_of(row)
    field, rate = AmountField(currency=currency), AmountField()
    return {
        "minutes": format_minutes(found["minutes"], style),
        "rate": "" if found["rate"] is None else rate.prepare_value(found["rate"]),
        "amount": field.prepare_value(found["amount"]),
    }


@guarded(VIEW_BILLING)
@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor; an invoice with a number has a page of its own."""
    invoice = find(pk)
    if invoice.state != Invoice.State.DRAFT:
        return redirect("billing:invoice", pk)
    today = clock.date_in(invoice.entity.time_zone, clock.now())
    context = {
        "draft": draft_page(invoice, today=today),
        "invoice": invoice,
        "form": _form(invoice),
        "is_foreign": invoice.currency != invoice.entity.currency,
        "files": invoice.files.select_related("file"),
        "can_edit": has_right(request.user, DRAFT_INVOICES),
        "can_issue": has_right(request.user, ISSUE_INVOICES),
    }
    return page(request, "billing/draft.html", context)


def _form(invoice: Invoice) -> InvoiceForm:
    names = ["title", "terms", "po_number", "detail", "tax_on", "shows_receipts", "message"]
    names += ["internal_note", "exchange_rate"]
    form = InvoiceForm(initial={name: getattr(invoice, name) for name in names})
    # Read once: a list of choices is asked for its first before it is shown.
    terms = form.fields["terms"].widget
    terms.choices = list(iter(terms.choices))
    return form


@guarded(DRAFT_INVOICES)
@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves title, terms, PO number, detail and message."""
    form, seen = InvoiceForm(request.POST), VersionForm(request.POST)
    conflict = False
    if form.is_valid():
        wanted = Terms(**form.cleaned_data, clears_rate=form.cleaned_data["exchange_rate"] is None)
        version = seen.cleaned_data["version"] if seen.is_valid() else None
        with refusals_into(form):
            try:
                edit_invoice(invoice=find(pk), wanted=wanted, by=request.user, version=version)
            except ChangedMeanwhile:
                conflict = True
    status = 409 if conflict else 422 if form.errors else 200
    # Beside their fields, where the page puts them; what belongs to no field stands at the top.
    said = {name: " ".join(map(str, form.errors.get(name, []))) for name in form.fields}
    errors = {"errors": form.non_field_errors(), "said": json.dumps(said)}
    return parts(request, find(pk), status=status, conflict=conflict, **errors)


@guarded(VIEW_BILLING)
@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The PDF that issuing the draft would make."""
    invoice = find(pk)
    if invoice.state != Invoice.State.DRAFT:
        return redirect("billing:pdf", pk)
    return pdf_of_draft(request, invoice)


def pdf_of_draft(request: HttpRequest, invoice: Invoice) -> HttpResponse | FileResponse:
    """Made for this answer; not made again while what it says stays."""
    content = draft_content(invoice, on=clock.date_in(invoice.entity.time_zone, clock.now()))
    return made_pdf(request, lambda: draft_pdf(content), sha256=digest(content))


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
