"""Closing checkouts that ask for more than is due: after a payment by hand, and after an invoice was voided.

Receivers of this room's facts write an outbox row; a worker closes the page at the provider.
"""

from datetime import datetime, timedelta
from typing import Any

from billing.balance import balance_of
from billing.checkout import close_checkout
from billing.models import Invoice, Payment
from billing.ports import ProviderIsAway
from core import outbox
from core.errors import Refusal
from core.models import OutboxRow
from core.periods import date_in

KIND = "billing.close_checkout"
PROVIDER_DOWN = timedelta(minutes=1)


def close_unneeded(sender: Any, invoice: Invoice, at: datetime, **kwargs: Any) -> None:
    """Has the invoice's open checkout closed if less is due now than it asks for."""
    open_attempts = Payment.objects.filter(intended_invoice=invoice, state=Payment.State.PENDING)
    is_void = invoice.state == Invoice.State.VOID
    for payment in open_attempts:
        if is_void or payment.amount > balance_of(invoice).payable:
            outbox.enqueue(KIND, str(payment.pk), {"payment_id": payment.pk}, at=at)


def deliver(row: OutboxRow) -> dict[str, Any]:
    """Closes the page, unless it is closed or was paid meanwhile. Harmless to repeat."""
    payment = Payment.objects.select_related("entity").get(pk=row.payload["payment_id"])
    if payment.state != Payment.State.PENDING:
        return {"state": payment.state}
    assert row.claimed_at is not None
    at = row.claimed_at
    try:
        closed = close_checkout(payment=payment, on=date_in(payment.entity.time_zone, at), at=at)
    except ProviderIsAway as error:
        raise outbox.TryAgainLater(error.message, after=PROVIDER_DOWN) from error
    except Refusal as error:
        raise outbox.NeedsAttention(error.message, fix="Look at Connections, then try again.") from error
    return {"state": closed.state}


def read_back(row: OutboxRow) -> dict[str, Any] | None:
    """None has it closed again, which harms nobody."""
    payment = Payment.objects.get(pk=row.payload["payment_id"])
    return {"state": payment.state} if payment.state != Payment.State.PENDING else None
