"""Receiving money: payments recorded by hand, and online payments as they move.

An online payment only moves forward: a late or repeated message changes nothing. What arrives beyond the balance
becomes the client's credit. Each payment received is in the books in the same transaction.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext

from billing.access import RECORD_PAYMENTS
from billing.applying import post_application
from billing.balance import balance_of
from billing.credit_balance import first_day_of_invoice
from billing.early import day_of_paying, settling_amount
from billing.events import payment_failed, payment_processing, payment_received
from billing.exchange import rate_of_day
from billing.models import BillingRules, Invoice, Payment, PaymentApplication, PaymentJournal
from billing.ports import CheckoutStatus, Progress
from billing.realising import realise
from billing.retaining import take_deposit
from billing.taking_discounts import take_early_discount
from core import audit
from core.errors import Refusal
from core.locales import active_locale
from core.money import ZERO, format_amount, round_amount
from core.promises import promises
from ledger.models import Account
from ledger.posting import Line, check_open, first_open_day, post_entry
from people.access import require
from people.models import User

State = Payment.State
Method = Payment.Method
Purpose = Account.Purpose

# What the provider says, and what the payment then is; nothing while the page is open.
TARGETS = {
    Progress.PROCESSING: State.PROCESSING,
    Progress.SUCCEEDED: State.SUCCEEDED,
    Progress.FAILED: State.FAILED,
    Progress.EXPIRED: State.CANCELED,
}
FACTS = {
    State.PROCESSING: payment_processing,
    State.SUCCEEDED: payment_received,
    State.FAILED: payment_failed,
}


class InvoiceTakesNoPayment(Refusal):
    """Only an issued invoice with a balance can be paid."""


class AmountIsWrong(Refusal):
    """Below the minimum or above the balance."""


def require_payable(invoice: Invoice) -> None:
    """Raises InvoiceTakesNoPayment unless the invoice is issued."""
    if invoice.state == Invoice.State.DRAFT:
        raise InvoiceTakesNoPayment("This invoice is not issued yet, so it cannot be paid.")
    if invoice.state == Invoice.State.VOID:
        words = gettext("Invoice %(number)s is void. There is nothing to pay.")
        raise InvoiceTakesNoPayment(words % {"number": invoice.number})


def check_amount(invoice: Invoice, amount: Decimal, *, on: date, partial: bool = True) -> Decimal:
    """The amount rounded to the currency. Raises InvoiceTakesNoPayment, AmountIsWrong.

    At least the firm's minimum (or the whole balance, if that is less), at most what is not paid or under way. Where
    nothing partial is taken, what settles it with the discount for paying on that day is the whole. Speaks the language
    that is active: clients read it.
    """
    require_payable(invoice)
    balance = balance_of(invoice)
    if balance.payable <= 0:
        words = (
            gettext("Invoice %(number)s is paid. Nothing more is due.")
            if balance.is_paid
            else gettext("A payment of invoice %(number)s is on its way. Nothing more is due.")
        )
        raise InvoiceTakesNoPayment(words % {"number": invoice.number})
    rules = BillingRules.objects.get(pk=1)
    least = settling_amount(invoice, balance.payable, on=on) or balance.payable
    if partial:
        least = min(rules.minimum_payment_amount, least)
    amount = round_amount(amount, invoice.currency)
    if amount < least:
        raise AmountIsWrong(_in_words(gettext("Pay at least %(amount)s."), least, invoice), field="amount")
    if amount > balance.payable:
        words = gettext("No more than %(amount)s is due.")
        raise AmountIsWrong(_in_words(words, balance.payable, invoice), field="amount")
    return amount


def _in_words(words: str, amount: Decimal, invoice: Invoice) -> str:
    return words % {"amount": format_amount(amount, invoice.currency, active_locale())}


def record_payment(
    *,
    invoice: Invoice,
    amount: Decimal,
    method: str,
    received_on: date,
    by: User | None,
    on: date,
    at: datetime,
    reference: str = "",
    note: str = "",
    exchange_rate: Decimal | None = None,
) -> Payment:
    """Records a check or bank transfer for one invoice; `on` is today for the person who records it.

    In another currency than the legal entity's, `exchange_rate` is what the bank took; by default that of the day.

    A checkout that is open and asks for more than is left is closed afterwards. Raises NotAllowed,
    InvoiceTakesNoPayment, AmountIsWrong, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
        amount = check_amount(invoice, amount, on=received_on)
        if received_on > on:
            raise AmountIsWrong("The payment lies in the future.", field="received_on")
        check_open(received_on, field="received_on")
        audit.acting("payment.record", by=by, subject=invoice, amount=str(amount), method=method)
        payment = Payment.objects.create(
            client_id=invoice.client_id,
            entity_id=invoice.entity_id,
            state=State.SUCCEEDED,
            method=method,
            currency=invoice.currency,
            amount=amount,
            received_on=received_on,
            reference=reference,
            note=note,
            exchange_rate=exchange_rate or rate_of_day(invoice.currency, invoice.entity, received_on),
            intended_invoice=invoice,
            recorded_by_name=by.name if by else "",
        )
        _settle(payment, invoice, amount, by)
        payment_received.send(sender=Payment, payment=payment, invoice=invoice, at=at)
    return payment


def follow_checkout(*, payment: Payment, status: CheckoutStatus, on: date, at: datetime) -> Payment:
    """Brings an online payment to what the provider says. Repeated, late and reordered messages change nothing.

    `on` is the day it counts as received, in the legal entity's time zone. Locks invoice, then payment.
    """
    assert payment.intended_invoice_id is not None
    with promises(), transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=payment.intended_invoice_id)
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        target = TARGETS.get(status.progress)
        if target is None or not Payment.TRANSITIONS.allows(payment.state, target):
            return payment
        audit.acting("payment.follow", by=None, subject=payment, progress=status.progress)
        _take_over(payment, status)
        payment.state = target
        if target == State.SUCCEEDED:
            # Money arrives whether or not the books of that day are closed; then it counts on the first open day.
            payment.received_on = first_open_day(on)
            payment.exchange_rate = rate_of_day(payment.currency, payment.entity, payment.received_on)
        # What was reserved is let go while the payment may still change; then it pays what is open.
        payment.applications.all().delete()
        payment.save()
        if target in (State.PROCESSING, State.SUCCEEDED):
            _apply(payment, invoice)
        if fact := FACTS.get(target):
            fact.send(sender=Payment, payment=payment, invoice=invoice, at=at)
    return payment


def _take_over(payment: Payment, status: CheckoutStatus) -> None:
    """Copies what the provider knows better: its id, the method and the amount that was really paid."""
    payment.provider_payment_id = status.provider_payment_id or payment.provider_payment_id
    payment.method = status.method or payment.method
    payment.failure_message = status.failure_message[:300]
    if status.amount is not None and status.currency == payment.currency:
        payment.amount = status.amount


def _apply(payment: Payment, invoice: Invoice) -> None:
    """Reserves or pays as much of the invoice as is open; the rest of a received payment is credit."""
    open_amount = balance_of(invoice).payable if invoice.state == Invoice.State.ISSUED else ZERO
    applied = min(payment.amount, open_amount)
    if payment.state == State.SUCCEEDED:
        _settle(payment, invoice, applied, by=None)
    elif applied > 0:
        PaymentApplication.objects.create(payment=payment, invoice=invoice, amount=applied)


def _settle(payment: Payment, invoice: Invoice, amount: Decimal, by: User | None) -> None:
    """Posts a received payment and pays `amount` of the invoice with it.

    Money that came before the invoice's day is the client's credit until then: receivables never know an invoice that
    is not there yet. A deposit request is no receivable, so it does not matter there.
    """
    received_on = payment.received_on
    assert received_on is not None
    begins_on = first_open_day(first_day_of_invoice(invoice, received_on))
    if amount <= 0 or begins_on == received_on or invoice.kind == Invoice.Kind.DEPOSIT:
        _post(payment, invoice, applied=amount, by=by)
        applied = PaymentApplication(payment=payment, invoice=invoice, amount=amount)
    else:
        _post(payment, invoice, applied=ZERO, by=by)
        entry = post_application(invoice, amount, "Payment", by, begins_on)
        applied = PaymentApplication(
            payment=payment, invoice=invoice, amount=amount, applied_on=begins_on, entry=entry
        )
    if amount > 0:
        applied.save()
        if invoice.kind == Invoice.Kind.INVOICE:
            realise(settled=applied, by=by)
        take_early_discount(invoice=invoice, paid_on=day_of_paying(payment), on=begins_on, by=by)


def _post(payment: Payment, invoice: Invoice, *, applied: Decimal, by: User | None) -> None:
    """Dr where the money is, Cr receivables for what it pays, Cr customer credits for the rest.

    What pays a deposit request is the client's money still: Cr client retainers, and the retainer holds it.
    """
    is_deposit = invoice.kind == Invoice.Kind.DEPOSIT
    money = Purpose.PROCESSOR if payment.provider else Purpose.UNDEPOSITED
    lines = [Line(money, debit=payment.amount, client=payment.client)]
    if applied > 0:
        purpose = Purpose.DEPOSITS if is_deposit else Purpose.RECEIVABLES
        project = invoice.project if is_deposit else None
        lines.append(Line(purpose, credit=applied, client=payment.client, project=project))
    if payment.amount > applied:
        lines.append(Line(Purpose.CREDITS, credit=payment.amount - applied, client=payment.client))
    assert payment.received_on is not None
    entry = post_entry(
        entity=payment.entity,
        posted_on=payment.received_on,
        memo=f"Payment of {payment.client}",
        currency=payment.currency,
        source_kind="billing.payment",
        lines=lines,
        by=by,
    )
    PaymentJournal.objects.create(payment=payment, entry=entry, reason="received")
    if is_deposit and applied > 0:
        take_deposit(payment=payment, request=invoice, amount=applied, entry=entry)
