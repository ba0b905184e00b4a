"""Opening a hosted checkout for an invoice. However many tabs are open, there is one checkout that can be paid.

The provider is called outside transactions. A payment row is committed first; its `attempt` is the idempotency key
and `checkout_request` what goes with it, so that a crash between the two finds the same checkout again.
"""

import contextlib
import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from billing.models import BillingRules, Invoice, Payment
from billing.ports import (
    AmountIsNotTaken,
    CheckoutIsUnknown,
    CheckoutOrder,
    CheckoutStatus,
    OnlinePaymentIsOff,
    Progress,
    gateway,
    online_methods,
)
from billing.receiving import check_amount, follow_checkout
from core import audit
from core.errors import Conflict
from core.periods import date_in
from core.promises import promises

State = Payment.State
# Stripe allows 30 minutes to 24 hours; a bank page that is left open over lunch should still work.
OPEN_FOR = timedelta(hours=23)
# A page with less than this left is not handed out again. More than the provider's shortest, so that a late repetition
# of an unanswered call is still accepted.
ENOUGH_TIME = timedelta(minutes=40)
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

    sentence = gettext_noop("Another window is opening this payment. Wait a moment and try again.")


def open_checkout(
    *, invoice: Invoice, amount: Decimal, method: str, visit: Visit, on: date, at: datetime
) -> Payment:
    """The payment whose `checkout_url` the client goes to: the one already open for this amount, or a new one.

    Raises InvoiceTakesNoPayment, AmountIsWrong, AmountIsNotTaken, OnlinePaymentIsOff, ProviderIsAway, CheckoutIsBusy.
    """
    if method not in online_methods(invoice.currency):
        raise OnlinePaymentIsOff
    for _ in range(ATTEMPTS):
        payment, wanted = _current(invoice, amount, method, visit, on, at)
        if _fits(payment, wanted, method, at):
            opened = _ensure_open(payment)
            if opened.state == State.PENDING:
                return opened
        else:
            # Another amount or method, or nearly expired: close that page first, and see how far it had come.
            close_checkout(payment=payment, on=on, at=at)
    raise CheckoutIsBusy


def close_checkout(*, payment: Payment, on: date, at: datetime) -> Payment:
    """Closes the provider's page unless it was paid meanwhile, and follows what it says. Raises ProviderIsAway."""
    return follow_checkout(payment=payment, status=_close(payment, at), on=on, at=at)


def check_checkout(*, payment: Payment, on: date, at: datetime) -> Payment:
    """Asks the provider how far the payment has come: for messages, and for a client who waits.

    Also of one that failed or was closed, since the money may have come all the same. Raises ProviderIsAway,
    CheckoutIsUnknown.
    """
    if payment.state == State.SUCCEEDED:
        return payment
    if payment.checkout_id:
        status = gateway().read_checkout(payment.checkout_id)
    elif payment.state == State.PENDING and _expires_at(payment) <= at:
        status = CheckoutStatus(Progress.EXPIRED)
    else:
        return payment
    return follow_checkout(payment=payment, status=status, on=on, at=at)


def note_checkout(*, payment: Payment, checkout_id: str) -> Payment:
    """Keeps the id of a checkout whose opening was never answered to us, but of which the provider told later."""
    Payment.objects.filter(pk=payment.pk, checkout_id="").update(checkout_id=checkout_id)
    payment.refresh_from_db(fields=["checkout_id"])
    return payment


def forget_checkouts(*, provider: str, at: datetime) -> int:
    """Cancels the open checkouts of an account that we can no longer ask; returns how many there were.

    Payments that were under way stay so: finance sees at the bank what became of them.
    """
    left = Payment.objects.filter(provider=provider, state=State.PENDING).select_related("entity")
    for payment in left:
        on = date_in(payment.entity.time_zone, at)
        follow_checkout(payment=payment, status=CheckoutStatus(Progress.EXPIRED), on=on, at=at)
    return len(left)


def _current(
    invoice: Invoice, amount: Decimal, method: str, visit: Visit, on: date, at: datetime
) -> tuple[Payment, Decimal]:
    """The open attempt of the invoice, or a new one, and the amount that is wanted, checked against the balance."""
    rules = BillingRules.objects.get(pk=1)
    with promises(), transaction.atomic():
        locked = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
        wanted = check_amount(locked, amount, on=on, partial=rules.allows_partial_payment)
        payment = Payment.objects.filter(intended_invoice=locked, state=State.PENDING).first()
        if payment is None:
            audit.acting("payment.begin", by=None, subject=locked, amount=str(wanted), method=method)
            payment = Payment.objects.create(
                client_id=locked.client_id,
                entity_id=locked.entity_id,
                method=method,
                currency=locked.currency,
                amount=wanted,
                provider=gateway().name,
                attempt=uuid.uuid4(),
                checkout_request=_request(locked, visit, at),
                intended_invoice=locked,
            )
    return payment, wanted


def _request(invoice: Invoice, visit: Visit, at: datetime) -> dict[str, Any]:
    words = gettext("Invoice %(number)s") % {"number": invoice.number}
    expires_at = at.replace(microsecond=0) + OPEN_FOR
    return {**asdict(visit), "description": words, "expires_at": expires_at.isoformat()}


def _expires_at(payment: Payment) -> datetime:
    return datetime.fromisoformat(payment.checkout_request["expires_at"])


def _fits(payment: Payment, amount: Decimal, method: str, at: datetime) -> bool:
    lasts = _expires_at(payment) - at > ENOUGH_TIME
    return payment.amount == amount and payment.method == method and lasts


def _ensure_open(payment: Payment) -> Payment:
    """The payment with the address of its page. Two tabs, or a second try, get the same page by the same attempt."""
    if payment.checkout_id:
        return payment
    assert payment.attempt is not None
    assert payment.intended_invoice_id is not None
    checkout = gateway().open_checkout(
        CheckoutOrder(
            attempt=payment.attempt,
            invoice_id=payment.intended_invoice_id,
            amount=payment.amount,
            currency=payment.currency,
            method=payment.method,
            **payment.checkout_request | {"expires_at": _expires_at(payment)},
        )
    )
    Payment.objects.filter(pk=payment.pk, checkout_id="").update(
        checkout_id=checkout.id, checkout_url=checkout.url, checkout_expires_at=checkout.expires_at
    )
    # As it stands now: another window may have closed it while the provider answered.
    payment.refresh_from_db()
    return payment


def _close(payment: Payment, at: datetime) -> CheckoutStatus:
    """Closes the page. One whose opening was never answered may exist all the same: the same attempt finds it."""
    if not payment.checkout_id and _expires_at(payment) <= at:
        return CheckoutStatus(Progress.EXPIRED)
    with contextlib.suppress(OnlinePaymentIsOff, AmountIsNotTaken, CheckoutIsUnknown):
        return gateway().close_checkout(_ensure_open(payment).checkout_id)
    # It was never opened, or stands in an account that the firm left: nobody can pay it here.
    return CheckoutStatus(Progress.EXPIRED)
