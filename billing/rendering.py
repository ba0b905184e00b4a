"""The PDF of an issued invoice: made from its frozen content after the commit, and again whenever it is missing."""

from datetime import UTC, datetime, time
from importlib import import_module
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from billing.documents import Content
from billing.einvoices import is_electronic
from billing.models import Invoice, InvoiceDocument
from billing.paper import CREDIT, DEPOSIT, paper_of
from billing.recipients import pay_link
from core.errors import Refusal
from core.files import PDF, clean_name, store
from core.hosts import firm_url
from core.models import OutboxRow, StoredFile
from core.outbox import TryAgainLater
from core.printing import print_pdf

RENDER_KIND = "billing.render_pdf"
TEMPLATE = "billing/document_pdf.html"
SHEETS = ("document.css", "document-layouts.css", "document-pdf.css")


class PdfIsNotReady(Refusal):
    """The PDF could not be made just now."""

    status = 503
    sentence = "The PDF cannot be made at the moment. The invoice stands; try again in a minute."


def markup_of(content: Content, *, pay_url: str = "") -> str:
    """The content as HTML, in the client's language, on the entity's paper."""
    with translation.override(content["language"]):
        return render_to_string(TEMPLATE, {"paper": paper_of(content), "pay_url": pay_url})


def pdf(content: Content, *, pay_url: str = "") -> bytes:
    """The content as a PDF; an electronic invoice carries its content for programs too (PDF/A-3).

    Raises NotEnoughForPrograms, NotOneTax for a content that cannot be told to programs: issuing refuses those.
    """
    markup = markup_of(content, pay_url=pay_url)
    if not is_electronic(content):
        return print_pdf(markup, *SHEETS, identifier=b"invoice")
    made = print_pdf(markup, *SHEETS, identifier=b"invoice", variant="pdf/a-3b")
    # Large libraries that most processes never need.
    return bytes(import_module("billing.einvoice_xml").embedded(made, content))


def ensure_pdf(invoice: Invoice) -> StoredFile:
    """The stored PDF of an issued invoice; rendered when there is none yet, or when its bytes are gone.

    It shows the client's link to pay while the invoice stands. OSError when it cannot be written (a full disk): the
    invoice stands all the same.
    """
    document = InvoiceDocument.objects.select_related("pdf").get(invoice=invoice)
    if document.pdf is not None and document.pdf.path.exists():
        return document.pdf
    made = pdf(document.content, pay_url=pay_url_of(invoice))
    with transaction.atomic():
        document.pdf = store(file_name(document.content), made, "invoice", expect={PDF})
        document.save(update_fields=["pdf"])
    return document.pdf


def pay_url_of(invoice: Invoice) -> str:
    """Where the client pays; empty for a void invoice and for a draft."""
    if invoice.state != Invoice.State.ISSUED or invoice.issued_on is None:
        return ""
    issued_at = datetime.combine(invoice.issued_on, time.min, UTC)
    return firm_url(f"/pay/{pay_link(invoice, at=issued_at)}/")


def file_name(content: Content) -> str:
    """Firm_Invoice_HM-2026-0418.pdf, Firm_Credit-memo_CM-2026-0001.pdf"""
    kind = {CREDIT: "Credit-memo", DEPOSIT: "Deposit-request"}.get(content.get("kind", ""), "Invoice")
    firm = "-".join(content["firm"]["name"].replace("&", " ").replace(".", " ").replace(",", " ").split())
    return clean_name(f"{firm}_{kind}_{content['number']}.pdf")


def deliver(row: OutboxRow) -> dict[str, Any]:
    """Makes the PDF of an invoice that was just issued. A full disk is tried again later."""
    try:
        stored = ensure_pdf(Invoice.objects.get(pk=row.payload["invoice_id"]))
    except OSError as error:
        raise TryAgainLater(f"The PDF could not be written: {error}") from error
    return {"file_id": stored.pk}


def read_back(row: OutboxRow) -> dict[str, Any] | None:
    """What an interrupted rendering left behind; None has it rendered again, which harms nobody."""
    document = InvoiceDocument.objects.get(invoice=row.payload["invoice_id"])
    return {"file_id": document.pdf_id} if document.pdf_id else None
