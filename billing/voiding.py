"""Voiding: an issued, unpaid invoice counts no more. It keeps its number and its document."""

from datetime import date, datetime

from django.db import transaction

from billing.access import ISSUE_INVOICES
from billing.credit_balance import first_day_of_invoice
from billing.drawing import last_drawn_on, return_draws
from billing.events import invoice_voided
from billing.models import (
    BilledExpense,
    BilledMilestone,
    BilledPeriod,
    BilledTime,
    CreditMemo,
    Invoice,
    InvoiceJournal,
    Payment,
    PaymentApplication,
    WriteOff,
)
from core import audit
from core.errors import Conflict, Refusal
from core.promises import promises
from ledger.posting import check_open
from ledger.promises import BooksAreClosed
from ledger.reversing import reverse_entry
from people.access import require
from people.models import User


class ReasonIsMissing(Refusal):
    """Voiding needs a reason."""

    sentence = "Say why the invoice is void."


class HasPayments(Refusal):
    """Money has arrived for the invoice, or is on its way."""

    sentence = (
        "A payment of this invoice was received or is under way, so it cannot be voided. "
        "Take the payment off the invoice first, or credit the invoice."
    )


class HasCredits(Refusal):
    """A credit memo corrects the invoice or pays it."""

    sentence = (
        "{number} credits this invoice or is applied to it, so it cannot be voided. "
        "Take it off the invoice and void it first, or credit the rest."
    )


class IsWrittenOff(Refusal):
    """A part of the invoice is written off."""

    sentence = "A part of this invoice is written off, so it cannot be voided. Take the write-off back first."


class PeriodIsClosed(Refusal):
    """Its month is closed."""

    sentence = (
        "Invoice {number} lies in a closed period of the books, so it cannot be voided. Credit it instead: "
        "a credit memo counts from today."
    )


class NotIssued(Conflict):
    """Only issued invoices are voided."""

    sentence = "Only an issued invoice can be voided. Delete a draft instead."


def void_invoice(*, invoice: Invoice, reason: str, by: User | None, on: date, at: datetime) -> Invoice:
    """Voids an unpaid invoice: reverses its journal entry on the day `on`, and its hours are ready to bill again.
    What it drew goes back to the retainers.

    Raises NotAllowed, NotIssued, HasPayments, HasCredits, IsWrittenOff, PeriodIsClosed, ReasonIsMissing,
    BooksAreClosed.
    """
    require(by, ISSUE_INVOICES)
    words = reason.strip()[:300]
    if not words:
        raise ReasonIsMissing(field="reason")
    with promises(), transaction.atomic():
        issued = Invoice.objects.select_for_update(of=("self",)).select_related("client").get(pk=invoice.pk)
        check_voidable(issued)
        # An invoice may carry a later date than today; its reversal never comes before it, nor before what was undone.
        on = max(first_day_of_invoice(issued, on), last_drawn_on(issued) or on)
        check_open(on)
        with audit.acting("invoice.void", by=by, subject=issued, why=words):
            return_draws(invoice=issued, on=on, by=by)
            Invoice.TRANSITIONS.move(issued, Invoice.State.VOID)
            issued.voided_on, issued.void_reason = on, words
            issued.version += 1
            issued.save(update_fields=["state", "voided_on", "void_reason", "version"])
            BilledTime.objects.filter(line__invoice=issued).update(is_live=False)
            BilledExpense.objects.filter(line__invoice=issued).update(is_live=False)
            BilledMilestone.objects.filter(line__invoice=issued).update(is_live=False)
            BilledPeriod.objects.filter(line__invoice=issued).update(is_live=False)
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


def check_voidable(invoice: Invoice) -> None:
    """Raises NotIssued, HasPayments, HasCredits, IsWrittenOff, PeriodIsClosed: what must be done first, or instead."""
    if invoice.state != Invoice.State.ISSUED:
        raise NotIssued
    if has_payments(invoice):
        raise HasPayments
    if number := credited_by(invoice):
        raise HasCredits(number=number)
    if WriteOff.objects.filter(invoice=invoice, undone_on=None).exists():
        raise IsWrittenOff
    if is_in_closed_period(invoice):
        raise PeriodIsClosed(number=invoice.number)


def credited_by(invoice: Invoice) -> str:
    """A credit memo of the invoice that is not void, or one that pays it; empty when there is none."""
    own = CreditMemo.objects.filter(invoice=invoice).exclude(state=CreditMemo.State.VOID)
    applied = CreditMemo.objects.filter(applications__invoice=invoice, applications__undone_on=None)
    found = own.first() or applied.first()
    return str(found) if found else ""


def is_in_closed_period(invoice: Invoice) -> bool:
    """Whether the books are closed on the invoice's day."""
    try:
        check_open(invoice.issued_on or date.max)
    except BooksAreClosed:
        return True
    return False
