"""Stripe's webhooks: one event in each post, signed with the time of sending."""

import hashlib
import hmac
import json
import time

from sandbox.delivery import Courier
from sandbox.store import Body
from sandbox.world import WebhookTarget

GAPS = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)  # real seconds; afterwards by hand only


def payload_of(event: Body) -> bytes:
    """The very bytes that are signed."""
    return json.dumps(event, indent=2).encode()


def signature(payload: bytes, secret: str, at: int | None = None) -> str:
    """The Stripe-Signature header for these bytes, stamped with real time: receivers compare it with their own."""
    stamp = int(time.time()) if at is None else at
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={signed}"


class Deliverer(Courier):
    """Brings events to the target. Events may arrive out of order and twice, as with Stripe."""

    kind = "event"
    patience = 10.0
    at_once = 4

    @property
    def target(self) -> WebhookTarget:
        return self.world.target

    def now(self) -> float:
        return time.time()

    def gap(self, tries: int) -> float | None:
        return GAPS[tries - 1] if tries <= len(GAPS) else None

    def payload_of(self, events: list[Body]) -> bytes:
        return payload_of(events[0])

    def headers(self, payload: bytes) -> list[str]:
        return [
            "User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            f"Stripe-Signature: {signature(payload, self.target.secret)}",
        ]

    def _note(self, body: Body, attempt: Body) -> None:
        super()._note(body, attempt)
        if attempt["is_taken"]:
            body["event"]["pending_webhooks"] = 0
