"""Voiding: an issued, unpaid invoice counts no more. It keeps its number and its document."""

from datetime import date, datetime

from django.db import transaction

from billing.access import ISSUE_INVOICES
from billing.drawing import last_drawn_on, return_draws
from billing.events import invoice_voided
from billing.models import (
    BilledMilestone,
    BilledTime,
    Invoice,
    InvoiceJournal,
    Payment,
    PaymentApplication,
)
from core import audit
from core.errors import Conflict, Refusal
from core.promises import promises
from ledger.posting import check_open
from ledger.reversing import reverse_entry
from people.access import require
from people.models import User


class ReasonIsMissing(Refusal):
    """Voiding needs a reason."""

    sentence = "Say why the invoice is void."


class HasPayments(Refusal):
    """Money has arrived for the invoice, or is on its way."""

    sentence = "A payment of this invoice was received or is under way, so it cannot be voided."


class NotIssued(Conflict):
    """Only issued invoices are voided."""

    sentence = "Only an issued invoice can be voided. Delete a draft instead."


def void_invoice(*, invoice: Invoice, reason: str, by: User | None, on: date, at: datetime) -> Invoice:
    """Voids an unpaid invoice: reverses its journal entry on the day `on`, and its hours are ready to bill again.
    What it drew goes back to the retainers.

    Raises NotAllowed, NotIssued, HasPayments, ReasonIsMissing, BooksAreClosed.
    """
    require(by, ISSUE_INVOICES)
    words = reason.strip()[:300]
    if not words:
        raise ReasonIsMissing(field="reason")
    with promises(), transaction.atomic():
        issued = Invoice.objects.select_for_update(of=("self",)).select_related("client").get(pk=invoice.pk)
        if issued.state != Invoice.State.ISSUED:
            raise NotIssued
        if has_payments(issued):
            raise HasPayments
        # An invoice may carry a later date than today; its reversal never comes before it.
        on = max(on, issued.issued_on or on, last_drawn_on(issued) or on)
        check_open(on)
        with audit.acting("invoice.void", by=by, subject=issued, why=words):
            return_draws(invoice=issued, on=on, by=by)
            Invoice.TRANSITIONS.move(issued, Invoice.State.VOID)
            issued.voided_on, issued.void_reason = on, words
            issued.version += 1
            issued.save(update_fields=["state", "voided_on", "void_reason", "version"])
            BilledTime.objects.filter(line__invoice=issued).update(is_live=False)
            BilledMilestone.objects.filter(line__invoice=issued).update(is_live=False)
            # A deposit request has posted nothing.
            for posted in issued.journal.select_related("entry").filter(reason="issued"):
                memo = f"Void of invoice {issued.number}, {issued.client.name}"
                entry = reverse_entry(entry=posted.entry, on=on, by=by, memo=memo)
                InvoiceJournal.objects.create(invoice=issued, entry=entry, reason="voided")
            invoice_voided.send(sender=Invoice, invoice=issued, by=by, at=at)
    return issued


def has_payments(invoice: Invoice) -> bool:
    """Whether money has arrived for the invoice or is on its way. Draws on retainers are not: voiding returns them."""
    moving = [Payment.State.PROCESSING, Payment.State.SUCCEEDED]
    paid = PaymentApplication.objects.filter(invoice=invoice, undone_on=None, payment__state__in=moving)
    return paid.exclude(payment__method=Payment.Method.RETAINER).exists()
