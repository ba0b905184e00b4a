"""What Stripe's messages lead to. They are hints: the session is read from Stripe, and payments only move forward."""

import contextlib
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from billing.checkout import check_checkout
from billing.models import Payment
from integrations.models import Arrival
from integrations.stripe.connecting import lose_account, refresh_account

CHECKOUT = ("checkout.session.", "payment_intent.")


def handle(arrival: Arrival, at: datetime) -> bool:
    """Does what the message asks for; False when it concerns nothing of ours."""
    thing = arrival.payload["data"]["object"]
    if arrival.kind.startswith(CHECKOUT):
        payment = payment_of(thing)
        if payment is None:
            return False
        follow(payment, at=at)
        return True
    if arrival.kind == "account.updated":
        refresh_account(at=at)
        return True
    if arrival.kind == "account.application.deauthorized":
        lose_account(at=at)
        return True
    return False


def payment_of(thing: dict[str, Any]) -> Payment | None:
    """The payment that a session or payment intent belongs to: by our attempt, else by Stripe's ids."""
    condition = Q(checkout_id=thing["id"]) | Q(provider_payment_id=thing["id"])
    attempt = (thing.get("metadata") or {}).get("attempt", "")
    # Somebody else's metadata may hold anything.
    with contextlib.suppress(ValueError):
        condition |= Q(attempt=UUID(attempt))
    return Payment.objects.filter(condition, provider="stripe").select_related("entity").first()


def follow(payment: Payment, *, at: datetime) -> Payment:
    """Reads the checkout and follows it, dated in the legal entity's time zone."""
    on = at.astimezone(ZoneInfo(payment.entity.time_zone)).date()
    return check_checkout(payment=payment, on=on, at=at)
