"""Opening a hosted checkout for an invoice. However many tabs are open, there is one checkout that can be paid.

The provider is called outside transactions. A payment row is committed first; its `attempt` is the idempotency key,
so that a crash between the two finds the same checkout again.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from billing.models import BillingRules, Invoice, Payment
from billing.ports import CheckoutOrder, CheckoutStatus, PaymentGateway, Progress, gateway
from billing.receiving import check_amount, follow_checkout
from core import audit
from core.errors import Conflict
from core.promises import promises

State = Payment.State
Method = Payment.Method
# Stripe allows 30 minutes to 24 hours; a bank page that is left open over lunch should still work.
OPEN_FOR = timedelta(hours=23)
# A page with less than this left is not handed out again.
ENOUGH_TIME = timedelta(minutes=10)
ATTEMPTS = 3


@dataclass(frozen=True)
class Visit:
    """From where the client pays, and where the provider sends the client back to."""

    success_url: str
    cancel_url: str
    email: str = ""
    language: str = "en"


class CheckoutIsBusy(Conflict):
    """Somebody else opens or closes the checkout of this invoice at the same moment."""

    sentence = "Another window is opening this payment. Wait a moment and try again."


def open_checkout(
    *, invoice: Invoice, amount: Decimal, method: str, visit: Visit, on: date, at: datetime
) -> Payment:
    """The payment whose `checkout_url` the client goes to: the one already open for this amount, or a new one.

    Raises InvoiceTakesNoPayment, AmountIsWrong, OnlinePaymentIsOff, ProviderIsAway, CheckoutIsBusy.
    """
    provider = gateway()
    rules = BillingRules.objects.get(pk=1)
    for _ in range(ATTEMPTS):
        with promises(), transaction.atomic():
            invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
            amount = check_amount(invoice, amount, partial=rules.allows_partial_payment)
            payment = Payment.objects.filter(intended_invoice=invoice, state=State.PENDING).first()
            if payment is None:
                payment = _begin(invoice, amount, method, provider)
        if _fits(payment, amount, method, at):
            return payment if payment.checkout_id else _open(payment, invoice, provider, visit, at)
        # Another amount or method, or nearly expired: close that page first, and see how far it had come.
        close_checkout(payment=payment, on=on, at=at)
    raise CheckoutIsBusy


def close_checkout(*, payment: Payment, on: date, at: datetime) -> Payment:
    """Closes the provider's page unless it was paid meanwhile, and follows what it says. Raises ProviderIsAway."""
    # A page that was never opened can simply be left.
    opened = bool(payment.checkout_id)
    status = gateway().close_checkout(payment.checkout_id) if opened else CheckoutStatus(Progress.EXPIRED)
    return follow_checkout(payment=payment, status=status, on=on, at=at)


def check_checkout(*, payment: Payment, on: date, at: datetime) -> Payment:
    """Asks the provider how far the payment has come. For late messages, and for a client who waits."""
    if payment.state in (State.PENDING, State.PROCESSING) and payment.checkout_id:
        return follow_checkout(
            payment=payment, status=gateway().read_checkout(payment.checkout_id), on=on, at=at
        )
    return payment


def _begin(invoice: Invoice, amount: Decimal, method: str, provider: PaymentGateway) -> Payment:
    audit.acting("payment.begin", by=None, subject=invoice, amount=str(amount), method=method)
    return Payment.objects.create(
        client_id=invoice.client_id,
        entity_id=invoice.entity_id,
        method=method,
        currency=invoice.currency,
        amount=amount,
        provider=provider.name,
        attempt=uuid.uuid4(),
        intended_invoice=invoice,
    )


def _fits(payment: Payment, amount: Decimal, method: str, at: datetime) -> bool:
    expires_at = payment.checkout_expires_at
    lasts = expires_at is None or expires_at - at > ENOUGH_TIME
    return payment.amount == amount and payment.method == method and lasts


def _open(
    payment: Payment, invoice: Invoice, provider: PaymentGateway, visit: Visit, at: datetime
) -> Payment:
    """Opens the page at the provider and keeps its address. Two tabs get the same page by the same attempt."""
    assert payment.attempt is not None
    checkout = provider.open_checkout(
        CheckoutOrder(
            attempt=payment.attempt,
            invoice_id=invoice.pk,
            amount=payment.amount,
            currency=payment.currency,
            description=f"Invoice {invoice.number}",
            email=visit.email,
            methods=methods_for(payment.method),
            success_url=visit.success_url,
            cancel_url=visit.cancel_url,
            # From when the attempt began, so that a repeated call has the same parameters.
            expires_at=payment.created_at.replace(microsecond=0) + OPEN_FOR,
            language=visit.language,
        )
    )
    payment.checkout_id, payment.checkout_url = checkout.id, checkout.url
    payment.checkout_expires_at = checkout.expires_at
    # Only while it is still open and nobody stored another address: a fast webhook may have been here.
    Payment.objects.filter(pk=payment.pk, checkout_id="").update(
        checkout_id=checkout.id, checkout_url=checkout.url, checkout_expires_at=checkout.expires_at
    )
    return payment


def methods_for(method: str) -> Sequence[str]:
    """What the hosted page offers: exactly what the client chose, since the price may depend on it."""
    return [method]
