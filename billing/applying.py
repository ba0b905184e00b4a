"""Applying a client's credit to invoices, and taking it off again: credit memos, and what payments left over."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from billing.access import RECORD_PAYMENTS
from billing.balance import balance_of
from billing.credit_balance import (
    credit_left,
    first_day_of_credit,
    first_day_of_invoice,
    first_day_of_payment,
    payment_left,
)
from billing.events import invoice_settled
from billing.models import CreditApplication, CreditMemo, Invoice, Payment, PaymentApplication
from billing.realising import realise, undo_difference
from core import audit
from core.errors import Conflict, Refusal
from core.money import ZERO, format_amount, round_amount
from core.promises import promises
from ledger.models import Account, JournalEntry
from ledger.posting import Line, check_open, post_entry
from ledger.reversing import reverse_entry
from people.access import require
from people.models import User

Purpose = Account.Purpose


class CannotApply(Refusal):
    """This credit does not fit this invoice; the message says why."""


class AlreadyTakenOff(Conflict):
    """Somebody took it off before."""

    sentence = "This was taken off the invoice already."


class NotTakenOffHere(Refusal):
    """A draw on a retainer or a deposit: other rules hold."""

    sentence = "This pays from or into a retainer. Void the invoice, and it goes back to the retainer."


def apply_credit(
    *,
    credit: CreditMemo,
    invoice: Invoice,
    by: User | None,
    on: date,
    at: datetime,
    amount: Decimal | None = None,
) -> CreditApplication:
    """Pays an invoice of the same client from a credit memo: by default as much as fits.

    It counts from the day `on`, never before both documents do. Raises NotAllowed, CannotApply, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        invoice = lock_invoice(invoice)
        credit = CreditMemo.objects.select_for_update(of=("self",)).select_related("client").get(pk=credit.pk)
        return apply_locked(credit=credit, invoice=invoice, amount=amount, by=by, on=on, at=at)


def apply_locked(
    *,
    credit: CreditMemo,
    invoice: Invoice,
    amount: Decimal | None,
    by: User | None,
    on: date,
    at: datetime,
) -> CreditApplication:
    """The same for a credit memo and an invoice that the transaction has locked already."""
    amount = _fitting(amount, credit_left(credit), invoice, credit)
    day = first_day_of_credit(credit, first_day_of_invoice(invoice, on))
    check_open(day, field="on")
    with audit.acting("credit.apply", by=by, subject=invoice, amount=str(amount), credit=credit.number):
        applied = CreditApplication.objects.create(
            credit=credit,
            invoice=invoice,
            amount=amount,
            applied_on=day,
            entry=post_application(invoice, amount, f"Credit memo {credit.number}", by, day),
            recorded_by_name=by.name if by else "",
        )
        realise(settled=applied, by=by)
        invoice_settled.send(sender=Invoice, invoice=invoice, at=at)
    return applied


def apply_payment(
    *,
    payment: Payment,
    invoice: Invoice,
    by: User | None,
    on: date,
    at: datetime,
    amount: Decimal | None = None,
) -> PaymentApplication:
    """Pays an invoice of the same client from what a received payment left over: by default as much as fits.

    Raises NotAllowed, CannotApply, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        invoice = lock_invoice(invoice)
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        amount = _fitting(amount, payment_left(payment), invoice, payment)
        day = first_day_of_payment(payment, first_day_of_invoice(invoice, on))
        check_open(day, field="on")
        with audit.acting("payment.apply", by=by, subject=invoice, amount=str(amount), payment=payment.pk):
            applied = PaymentApplication.objects.create(
                payment=payment,
                invoice=invoice,
                amount=amount,
                applied_on=day,
                entry=post_application(invoice, amount, "Credit of a payment", by, day),
            )
            realise(settled=applied, by=by)
            invoice_settled.send(sender=Invoice, invoice=invoice, at=at)
    return applied


def unapply_credit(*, application: CreditApplication, by: User | None, on: date) -> CreditApplication:
    """Takes a credit memo off an invoice, from the day `on`: the invoice is due again, the client has its credit.

    Raises NotAllowed, AlreadyTakenOff, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=application.invoice_id)
        applied = CreditApplication.objects.select_for_update(of=("self",)).select_related("credit", "entry")
        found = applied.get(pk=application.pk)
        if found.undone_on is not None:
            raise AlreadyTakenOff
        with audit.acting("credit.unapply", by=by, subject=invoice, credit=found.credit.number):
            found.undone_on = max(on, found.applied_on)
            found.undo_entry = reverse_entry(entry=found.entry, on=found.undone_on, by=by)
            found.save(update_fields=["undone_on", "undo_entry"])
            undo_difference(settled=found, on=found.undone_on, by=by)
    return found


def unapply_payment(*, application: PaymentApplication, by: User | None, on: date) -> PaymentApplication:
    """Takes a received payment off an invoice, from the day `on`: the invoice is due again, the money is its credit.

    Raises NotAllowed, AlreadyTakenOff, NotTakenOffHere, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).select_related("client", "entity")
        settled = invoice.get(pk=application.invoice_id)
        rows = PaymentApplication.objects.select_for_update(of=("self",)).select_related("payment", "entry")
        found = rows.get(pk=application.pk)
        payment = found.payment
        if found.undone_on is not None or payment.state != Payment.State.SUCCEEDED:
            raise AlreadyTakenOff
        if payment.method == Payment.Method.RETAINER or settled.kind == Invoice.Kind.DEPOSIT:
            raise NotTakenOffHere
        with audit.acting("payment.unapply", by=by, subject=settled, amount=str(found.amount)):
            found.undone_on = max(on, found.applied_on or payment.received_on or on)
            # A payment that came for this invoice posted all its parts in one entry; only this part comes back.
            found.undo_entry = (
                reverse_entry(entry=found.entry, on=found.undone_on, by=by)
                if found.entry
                else post_application(settled, -found.amount, "Taken off again: payment", by, found.undone_on)
            )
            found.save(update_fields=["undone_on", "undo_entry"])
            undo_difference(settled=found, on=found.undone_on, by=by)
    return found


def lock_invoice(invoice: Invoice) -> Invoice:
    """The issued invoice, locked for settling. Raises CannotApply."""
    locked = Invoice.objects.select_for_update(of=("self",)).select_related("client", "entity")
    found = locked.get(pk=invoice.pk)
    if found.state != Invoice.State.ISSUED or found.kind != Invoice.Kind.INVOICE:
        raise CannotApply("Only an issued invoice can be settled.", field="invoice")
    return found


def _fitting(
    amount: Decimal | None, left: Decimal, invoice: Invoice, source: Payment | CreditMemo
) -> Decimal:
    """The amount, or as much as fits. Raises CannotApply."""
    currency = source.currency
    if source.client_id != invoice.client_id or currency != invoice.currency:
        raise CannotApply("The credit belongs to another client or currency.", field="invoice")
    if source.entity_id != invoice.entity_id:
        raise CannotApply("The credit belongs to another legal entity of the firm.", field="invoice")
    most = min(left, balance_of(invoice).payable)
    if most <= 0:
        raise CannotApply(
            "Nothing is left of this credit." if left <= 0 else f"Nothing is due of invoice {invoice.number}."
        )
    wanted = most if amount is None else round_amount(amount, currency)
    if not ZERO < wanted <= most:
        words = format_amount(most, currency)
        raise CannotApply(f"Apply more than nothing and at most {words}.", field="amount")
    return wanted


def post_application(invoice: Invoice, amount: Decimal, what: str, by: User | None, on: date) -> JournalEntry:
    """The client's credit becomes smaller, and so does what it owes. A negative amount is the way back.

    Part of a transaction that has asked for the right. Raises BooksAreClosed.
    """
    return post_entry(
        entity=invoice.entity,
        posted_on=on,
        memo=f"{what}, invoice {invoice.number}, {invoice.client.name}",
        currency=invoice.currency,
        source_kind="billing.application",
        lines=[
            Line(Purpose.CREDITS, debit=amount, client=invoice.client),
            Line(Purpose.RECEIVABLES, credit=amount, client=invoice.client),
        ],
        by=by,
    )
