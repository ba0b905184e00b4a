"""Stripe Checkout as billing's payment gateway (integrations.md D1, D2)."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import stripe

from billing.models import Payment
from billing.ports import (
    AmountIsNotTaken,
    Checkout,
    CheckoutIsUnknown,
    CheckoutOrder,
    CheckoutStatus,
    OnlinePaymentIsOff,
    Progress,
)
from core import hosts
from core.money import from_minor_units, minor_units
from integrations.models import Connection
from integrations.stripe.client import PROVIDER, AccountIsLost, client, stripe_errors

logger = logging.getLogger(__name__)

METHODS = {Payment.Method.CARD.value: "card", Payment.Method.BANK_DEBIT.value: "us_bank_account"}
OURS = {theirs: ours for ours, theirs in METHODS.items()}
BANK_DEBITS = "us_bank_account_ach_payments"
# Stripe counts these in other units than their number of decimals says.
ODD_UNITS = frozenset({"ISK", "MGA", "UGX"})


def account_id() -> str:
    """The firm's connected account. Raises AccountIsLost where there is none."""
    found = Connection.objects.filter(provider=PROVIDER).exclude(health=Connection.Health.LOST).first()
    if found is None:
        raise AccountIsLost
    return found.account_id


class StripeGateway:
    """Direct charges on the firm's connected account: money, fees and disputes are the firm's own."""

    name = PROVIDER

    def methods(self, currency: str) -> Sequence[str]:
        """Bank debits first, since they cost the firm least; they exist in US dollars only."""
        found = Connection.objects.filter(provider=PROVIDER, health=Connection.Health.READY).first()
        if found is None or currency in ODD_UNITS:
            return ()
        has_debits = currency == "USD" and BANK_DEBITS in found.capabilities
        return [Payment.Method.BANK_DEBIT, Payment.Method.CARD] if has_debits else [Payment.Method.CARD]

    def open_checkout(self, order: CheckoutOrder) -> Checkout:
        """Creates the session. The attempt is the idempotency key: the same attempt finds the same session."""
        try:
            with stripe_errors():
                session = client().v1.checkout.sessions.create(
                    params=_session(order),  # type: ignore[arg-type]
                    options={"stripe_account": account_id(), "idempotency_key": f"checkout-{order.attempt}"},
                )
        except AccountIsLost as error:
            # The client cannot do anything about it; finance reads about it under Connections.
            raise OnlinePaymentIsOff from error
        except stripe.InvalidRequestError as error:
            if error.code in ("amount_too_small", "amount_too_large"):
                raise AmountIsNotTaken(field="amount") from error
            logger.exception("Stripe refused checkout %s", order.attempt)
            raise OnlinePaymentIsOff from error
        return Checkout(session.id, session.url or "", datetime.fromtimestamp(session.expires_at, UTC))

    def close_checkout(self, checkout_id: str) -> CheckoutStatus:
        """Expires the session. One that is complete cannot be expired; then it says how far it came."""
        status = self.read_checkout(checkout_id)
        if status.progress != Progress.OPEN:
            return status
        try:
            with stripe_errors():
                client().v1.checkout.sessions.expire(checkout_id, options={"stripe_account": account_id()})
        except stripe.InvalidRequestError:
            # Paid or expired between reading and expiring.
            return self.read_checkout(checkout_id)
        return CheckoutStatus(Progress.EXPIRED)

    def read_checkout(self, checkout_id: str) -> CheckoutStatus:
        """Reads the session with its payment intent and charge."""
        try:
            with stripe_errors():
                session = client().v1.checkout.sessions.retrieve(
                    checkout_id,
                    params={"expand": ["payment_intent", "payment_intent.latest_charge"]},
                    options={"stripe_account": account_id()},
                )
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                raise CheckoutIsUnknown from error
            raise
        return status_of(session)


def _session(order: CheckoutOrder) -> dict[str, Any]:
    # Session metadata is not copied to the payment intent by itself, so it is given twice.
    metadata = {
        "firm": hosts.schema(),
        "invoice": str(order.invoice_id),
        "attempt": str(order.attempt),
    }
    session: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": str(order.attempt),
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "description": order.description},
        # Exactly what the client chose, since the price may depend on it.
        "payment_method_types": [METHODS[order.method]],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency.lower(),
                    "unit_amount": minor_units(order.amount, order.currency),
                    "product_data": {"name": order.description},
                },
            }
        ],
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
        "expires_at": int(order.expires_at.timestamp()),
        "locale": order.language.partition("-")[0],
    }
    if order.email:
        session["customer_email"] = order.email
    return session


def status_of(session: Any) -> CheckoutStatus:
    """What a session (its payment intent expanded) means for billing."""
    if session.status == "expired":
        return CheckoutStatus(Progress.EXPIRED)
    if session.status == "open":
        return CheckoutStatus(Progress.OPEN)
    intent = session.payment_intent
    currency = session.currency.upper()
    facts: dict[str, Any] = {"provider_payment_id": intent.id, "currency": currency}
    charge = intent.latest_charge
    if charge is not None:
        facts["method"] = OURS.get(charge.payment_method_details.type, "")
    if intent.status == "succeeded":
        amount = from_minor_units(intent.amount_received, currency)
        return CheckoutStatus(Progress.SUCCEEDED, amount=amount, **facts)
    if intent.status == "processing":
        return CheckoutStatus(Progress.PROCESSING, amount=from_minor_units(intent.amount, currency), **facts)
    error = intent.last_payment_error
    if error is not None or intent.status == "canceled":
        words = error.message if error is not None else "The payment was canceled."
        return CheckoutStatus(Progress.FAILED, failure_message=words or "", **facts)
    # requires_action: the bank still asks the client to confirm (microdeposits, 3-D Secure).
    return CheckoutStatus(Progress.PROCESSING, amount=from_minor_units(intent.amount, currency), **facts)
