"""What Stripe's messages lead to. They are hints: the session is read from Stripe, and payments only move forward."""

import contextlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from billing.checkout import check_checkout, note_checkout
from billing.models import Payment
from core.hosts import schema
from core.periods import date_in
from integrations.models import Arrival
from integrations.stripe.connecting import lose_account, refresh_account

SESSION, INTENT = "checkout.session.", "payment_intent."


def handle(arrival: Arrival, at: datetime) -> bool:
    """Does what the message asks for; False when it concerns nothing of ours."""
    if arrival.kind.startswith((SESSION, INTENT)):
        return _follow(arrival, at)
    if arrival.kind == "account.updated":
        return refresh_account(at=at) is not None
    if arrival.kind == "account.application.deauthorized":
        return lose_account(account_id=arrival.payload.get("account", ""), at=at) is not None
    return False


def _follow(arrival: Arrival, at: datetime) -> bool:
    thing = arrival.payload["data"]["object"]
    payment = payment_of(thing)
    if payment is None:
        return False
    if not payment.checkout_id and arrival.kind.startswith(SESSION):
        # The answer to our call was lost, but not the session.
        note_checkout(payment=payment, checkout_id=thing["id"])
    follow(payment, at=at)
    return True


def payment_of(thing: dict[str, Any]) -> Payment | None:
    """The payment that a session or payment intent belongs to: by Stripe's ids, else by our attempt.

    Metadata only confirms: where it names another firm the thing is not ours.
    """
    metadata = thing.get("metadata") or {}
    if metadata.get("firm", schema()) != schema():
        return None
    condition = Q(checkout_id=thing["id"]) | Q(provider_payment_id=thing["id"])
    # Somebody else's metadata may hold anything.
    with contextlib.suppress(ValueError):
        condition |= Q(attempt=UUID(metadata.get("attempt", "")))
    return Payment.objects.filter(condition, provider="stripe").select_related("entity").first()


def follow(payment: Payment, *, at: datetime) -> Payment:
    """Reads the checkout and follows it, dated in the legal entity's time zone."""
    return check_checkout(payment=payment, on=date_in(payment.entity.time_zone, at), at=at)
