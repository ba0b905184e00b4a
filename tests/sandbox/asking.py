"""What tests ask of Stripe again and again."""

from typing import Any

import stripe
from stripe.checkout import Session


def wish(amount: int = 10_000, **more: Any) -> dict[str, Any]:
    """Parameters of a session for one line."""
    return {
        "mode": "payment",
        "success_url": "http://demo.localhost:8000/pay/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://demo.localhost:8000/pay/back",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": amount,
                    "product_data": {"name": "Invoice HM-2026-0418"},
                },
            }
        ],
        **more,
    }


def open_session(client: stripe.StripeClient, amount: int = 10_000, **more: Any) -> Session:
    """An open session of Stripe's."""
    return client.v1.checkout.sessions.create(params=wish(amount, **more))  # type: ignore[arg-type]


def types_of(client: stripe.StripeClient) -> list[str]:
    """The types of the caller's events, oldest first."""
    listed = client.v1.events.list(params={"limit": 100})
    return [event.type for event in reversed(listed.data)]
