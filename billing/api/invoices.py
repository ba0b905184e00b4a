"""Invoices: listed, read, issued, voided; their PDF and their document."""

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from billing.access import ISSUE_INVOICES, VIEW_BILLING
from billing.api.schemas import (
    InvoiceAnswer,
    InvoiceRow,
    InvoiceState,
    IssueWish,
    VoidWish,
    invoice_answer,
    invoice_row,
)
from billing.documents import build_content, digest
from billing.invoice_list import matching, tabs_on
from billing.issuing import issue_invoice
from billing.models import Invoice
from billing.previews import draft_content, draft_pdf
from billing.rendering import PdfIsNotReady, ensure_pdf
from billing.voiding import void_invoice
from core import clock
from core.api import ChangedPart, Day, Id, Listing, Routes, page
from core.files import PDF
from core.responses import file_response, made_pdf
from people.guards import guarded

routes = Routes("billing")


class InvoiceFilters(ChangedPart):
    stage: Literal["drafts", "open", "overdue", "paid", "void"] | None = Field(
        None, description="As the tabs of the page: open and overdue are issued and not paid."
    )
    state: InvoiceState | None = None
    client_id: Id | None = None
    project_id: Id | None = None
    entity_id: Id | None = Field(None, description="The legal entity that bills.")
    issued_first_on: Day | None = None
    issued_last_on: Day | None = None
    q: str = Field("", max_length=80, description="Each word occurs in number, title, client or PO number.")


class DocumentAnswer(Schema):
    """What the invoice says, as PDF and accounting get it. Frozen with its digest once issued; of a draft a preview."""

    is_frozen: bool
    content: dict[str, Any]
    content_sha256: str
    created_at: datetime | None


COLUMNS = {
    "state": "state",
    "client_id": "client",
    "project_id": "project",
    "entity_id": "entity",
    "issued_first_on": "issued_on__gte",
    "issued_last_on": "issued_on__lte",
}


@routes.read("/invoices", Listing[InvoiceRow])
@guarded(VIEW_BILLING)
def list_invoices(request: HttpRequest, wanted: Query[InvoiceFilters]) -> dict[str, Any]:
    """Invoices and drafts. With `updated_since` in the order of change; a payment of an invoice is a change of it."""
    on = clock.today(request.user)
    asked = {column: getattr(wanted, name) for name, column in COLUMNS.items()}
    rows = matching(wanted.q).filter(**{name: value for name, value in asked.items() if value is not None})
    rows = rows.filter(next((tab.where for tab in tabs_on(on) if tab.key == wanted.stage), Q()))
    found = page(rows.select_related("client", "project"), wanted)
    return found | {"items": [invoice_row(invoice, on) for invoice in found["items"]]}


@routes.read("/invoices/{int:invoice_id}", InvoiceAnswer)
@guarded(VIEW_BILLING)
def show_invoice(request: HttpRequest, invoice_id: int) -> InvoiceAnswer:
    """One invoice or draft with its lines and taxes."""
    return invoice_answer(find(invoice_id).pk, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/issue", InvoiceAnswer)
@guarded(ISSUE_INVOICES)
def issue(request: HttpRequest, invoice_id: int, wish: IssueWish) -> InvoiceAnswer:
    """Gives a draft its number and freezes what it says. It is posted to the books."""
    invoice = find(invoice_id)
    issue_invoice(
        invoice=invoice,
        by=request.user,
        on=wish.on or entity_today(invoice),
        at=clock.now(),
        version=wish.version,
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/void", InvoiceAnswer)
@guarded(ISSUE_INVOICES)
def void(request: HttpRequest, invoice_id: int, wish: VoidWish) -> InvoiceAnswer:
    """Voids an unpaid invoice: it keeps its number, its hours are ready to bill again."""
    invoice = find(invoice_id)
    void_invoice(
        invoice=invoice,
        reason=wish.reason,
        by=request.user,
        on=wish.on or entity_today(invoice),
        at=clock.now(),
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.read("/invoices/{int:invoice_id}/document", DocumentAnswer)
@guarded(VIEW_BILLING)
def show_document(request: HttpRequest, invoice_id: int) -> DocumentAnswer:
    """What the invoice says, as it is printed and posted."""
    invoice = find(invoice_id)
    if invoice.state == Invoice.State.DRAFT:
        content = build_content(invoice)
        return DocumentAnswer(is_frozen=False, content=content, content_sha256="", created_at=None)
    kept = invoice.document
    return DocumentAnswer(
        is_frozen=True, content=kept.content, content_sha256=kept.content_sha256, created_at=kept.created_at
    )


@routes.file("/invoices/{int:invoice_id}/pdf", PDF)
@guarded(VIEW_BILLING)
def show_pdf(request: HttpRequest, invoice_id: int) -> HttpResponse | FileResponse:
    """The PDF of an invoice, made now if it is missing; of a draft the one that issuing would make."""
    found = find(invoice_id)
    if found.state == Invoice.State.DRAFT:
        content = draft_content(found, on=entity_today(found))
        return made_pdf(request, lambda: draft_pdf(content), sha256=digest(content))
    try:
        return file_response(ensure_pdf(found), download=True)
    except OSError as error:
        raise PdfIsNotReady from error


def find(invoice_id: int) -> Invoice:
    """The invoice or draft. Raises Http404."""
    related = ("client", "entity", "terms", "project", "document")
    return get_object_or_404(Invoice.objects.select_related(*related), pk=invoice_id)


def entity_today(invoice: Invoice) -> date:
    """The date of a document is that of its legal entity."""
    return clock.date_in(invoice.entity.time_zone, clock.now())
