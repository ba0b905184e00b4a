"""Everything that the page of an issued invoice shows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import translation

from billing.invoice_list import state_of
from billing.models import DunningStop, Invoice, InvoiceJournal, InvoiceLine, InvoiceReview
from billing.paper import Paper, paper_of
from billing.retainers import drawable
from billing.reviews import kept_review
from billing.settlement_rows import Settlements, settlements_of
from billing.snapshots import Sending, sendings_of
from billing.standing import Standing, standing_of
from core.audit import history
from core.models import Action
from core.money import round_amount

WORDS = {
    "invoice.draft": "Drafted",
    "invoice.edit": "Draft changed",
    "invoice.edit_line": "Line changed",
    "invoice.add_line": "Line added",
    "invoice.remove_line": "Line taken off",
    "invoice.recalculate": "Recalculated",
    "invoice.submit_for_review": "Given into review",
    "invoice.approve": "Approved",
    "invoice.return": "Returned by its reviewer",
    "invoice.issue": "Issued",
    "invoice.send": "Sent",
    "invoice.bounce": "The mail came back",
    "invoice.choose_template": "Template chosen",
    "invoice.unsend": "Sending taken back",
    "invoice.revoke_link": "Pay link closed",
    "invoice.void": "Voided",
    "invoice.write_off": "Written off",
    "invoice.reverse_write_off": "Write-off taken back",
    "invoice.reissue": "Issued anew",
    "credit.apply": "Credit applied",
    "credit.unapply": "Credit taken off",
    "payment.apply": "Payment applied",
    "payment.unapply": "Payment taken off",
    "invoice.promise": "Promised to pay",
    "invoice.dispute": "Disputed",
    "invoice.pause": "Reminders paused",
    "invoice.charge_late_fee": "Late fee charged",
    "invoice.late_fee_waits": "Late fee waits as a draft",
    "stop.end_dispute": "Dispute resolved",
    "stop.end_promise": "Promise withdrawn",
    "stop.end_pause": "Reminders resumed",
    "payment.begin": "Checkout opened by the client",
    "payment.record": "Payment recorded",
    "retainer.request": "Deposit asked for",
    "retainer.draw": "Drawn on the retainer",
}


@dataclass(frozen=True)
class Event:
    """A line of the history."""

    words: str
    action: Action


@dataclass(frozen=True)
class InvoicePage:
    invoice: Invoice
    state: tuple[str, str, str]
    standing: Standing
    paper: Paper
    lines: QuerySet[InvoiceLine]
    journal: QuerySet[InvoiceJournal]
    events: list[Event]
    settled: Settlements
    # What the client's retainers could pay of it.
    drawable: Decimal
    # Disputes, promises and pauses that nobody ended.
    stops: list[DunningStop]
    # How its review stood when it was issued.
    review: InvoiceReview | None
    sendings: list[Sending]

    @property
    def base_amount(self) -> Decimal | None:
        """The total in the legal entity's currency, at the rate that was frozen with it."""
        rate, base = self.invoice.exchange_rate, self.invoice.entity.currency
        return None if rate is None else round_amount(self.invoice.total_amount * rate, base)


def invoice_page(invoice: Invoice, *, on: date) -> InvoicePage:
    """The page of an invoice with a number, from its frozen document. Twelve statements, thirteen with a retainer,
    whatever its size.
    """
    seen = Invoice.objects.with_balance().get(pk=invoice.pk)
    with translation.override(invoice.client.language):
        paper = paper_of(invoice.document.content)
    return InvoicePage(
        invoice=invoice,
        state=state_of(seen, on),
        standing=standing_of(invoice, on=on),
        paper=paper,
        lines=InvoiceLine.objects.filter(invoice=invoice),
        journal=invoice.journal.select_related("entry").order_by("pk"),
        events=[Event(WORDS.get(action.verb, action.verb), action) for action in history(invoice)[:30]],
        settled=settlements_of(invoice),
        drawable=drawable(invoice, on),
        stops=list(DunningStop.objects.filter(invoice=invoice, ended_on=None)),
        review=kept_review(invoice),
        sendings=sendings_of(invoice),
    )
