"""A draft becomes a document: it gets its number, and what it says is frozen. Both kinds of invoices end here."""

from datetime import date, datetime

from billing.designs import electronic_for
from billing.documents import build_content, digest
from billing.einvoices import check, is_electronic
from billing.models import Invoice, InvoiceDocument, InvoiceLine, NumberSeries
from billing.numbering import take_number
from billing.rendering import RENDER_KIND
from core import outbox
from core.exchange import rates_for

SERIES = {
    Invoice.Kind.INVOICE: NumberSeries.Series.INVOICE,
    Invoice.Kind.DEPOSIT: NumberSeries.Series.RETAINER,
}


def freeze(draft: Invoice, lines: list[InvoiceLine], *, on: date, due_on: date, at: datetime) -> None:
    """Numbers the locked draft, stores its content, has the PDF made after the commit.

    Call it inside the issuing transaction, after all checks: the counter stays locked until the commit. Raises
    NotEnoughForPrograms, NotOneTax where an electronic invoice was asked for and cannot be made.
    In a foreign currency the exchange rate of the day is frozen with it, where nobody typed one and there is one.
    """
    if draft.exchange_rate is None and draft.currency != draft.entity.currency:
        pair = (draft.currency, draft.entity.currency, on)
        draft.exchange_rate = found.rate if (found := rates_for([pair]).get(pair)) else None
    content = build_content(draft, issued_on=on, due_on=due_on, lines=lines)
    content |= electronic_for(draft.client_id)
    if is_electronic(content):
        check(content)
    series = SERIES[Invoice.Kind(draft.kind)]
    draft.number = content["number"] = take_number(entity=draft.entity, on=on, series=series)
    Invoice.TRANSITIONS.move(draft, Invoice.State.ISSUED)
    draft.issued_on, draft.due_on = on, due_on
    draft.version += 1
    if draft.terms is not None and draft.kind == Invoice.Kind.INVOICE:
        draft.early_discount_percent = draft.terms.discount_percent
        draft.discount_until_on = draft.terms.discount_until_on(on)
    draft.save(
        update_fields=[
            "state",
            "number",
            "issued_on",
            "due_on",
            "exchange_rate",
            "version",
            "early_discount_percent",
            "discount_until_on",
        ]
    )
    InvoiceDocument.objects.create(invoice=draft, content=content, content_sha256=digest(content))
    outbox.enqueue(RENDER_KIND, str(draft.pk), {"invoice_id": draft.pk}, at=at)
