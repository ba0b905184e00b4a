"""Documents in a template that is being edited: any draft or invoice, or a sample."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Q, Value, When
from django.utils import translation

from billing.designs import design_of
from billing.documents import Content, build_content
from billing.models import DocumentTemplate, Invoice
from billing.paper import Paper, paper_of
from billing.rendering import file_name, pdf
from billing.samples import sample_content
from people.models import LegalEntity

CHOICES = 30


@dataclass(frozen=True)
class Choice:
    """A document that can be looked at."""

    pk: int
    words: str


def previewable() -> list[Choice]:
    """Drafts, then issued invoices, the latest first. One statement."""
    drafts_first = Case(When(state=Invoice.State.DRAFT, then=Value(0)), default=Value(1))
    found = Invoice.objects.exclude(state=Invoice.State.VOID).select_related("client")
    rows = found.order_by(drafts_first, "-pk")[:CHOICES]
    return [Choice(row.pk, f"{row.number or 'Draft'}, {row.client.name}, {row.title}"[:90]) for row in rows]


def preview_paper(
    template: DocumentTemplate, *, invoice_id: int | None, entity: LegalEntity, on: date
) -> Paper:
    """The document set in this template, saved or not; the sample where there is none of that id."""
    content = _content(invoice_id, on) if invoice_id else None
    if content is None:
        content = sample_content(entity, on=on)
    content = content | {"design": design_of(template, entity)}
    with translation.override(content["language"]):
        return paper_of(content)


def _content(invoice_id: int, on: date) -> Content | None:
    related = ("client", "entity", "terms", "document")
    found = Invoice.objects.select_related(*related).filter(~Q(state=Invoice.State.VOID), pk=invoice_id)
    invoice = found.first()
    if invoice is None:
        return None
    if invoice.state == Invoice.State.DRAFT:
        return draft_content(invoice, on=on)
    return dict(invoice.document.content)


def draft_content(invoice: Invoice, *, on: date) -> Content:
    """What a draft (with client, entity, terms loaded) would say as an invoice of that day, without its number."""
    due_on = invoice.terms.due_on(on) if invoice.terms else on
    return build_content(invoice, issued_on=on, due_on=due_on)


def draft_pdf(content: Content) -> tuple[str, bytes]:
    """Name and bytes of the PDF that issuing would make of this content of a draft, without its number and pay link."""
    return file_name(content | {"number": "Draft"}), pdf(content)
