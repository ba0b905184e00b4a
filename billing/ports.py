"""What billing asks of the outside world: a hosted checkout at a payment provider. Bound in psa/wiring.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from core.errors import Refusal


class ProviderIsAway(Refusal):
    """The payment provider did not answer, or refused for the moment."""

    status = 503
    sentence = (
        "The payment service does not answer at the moment. Nothing was charged. Try again in a minute."
    )


class OnlinePaymentIsOff(Refusal):
    """The firm takes no online payments, or not in this currency."""

    sentence = "This invoice cannot be paid online. It says how to pay by bank transfer or check."


class Progress(StrEnum):
    """How far a checkout has come, as the provider tells it."""

    OPEN = "open"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class CheckoutOrder:
    """What the client is about to pay. `attempt` is ours and makes a repeated call the same call."""

    attempt: UUID
    invoice_id: int
    amount: Decimal
    currency: str
    description: str
    email: str
    methods: Sequence[str]  # Payment.Method values, the preferred one first
    success_url: str
    cancel_url: str
    expires_at: datetime
    language: str = "en"


@dataclass(frozen=True)
class Checkout:
    """A hosted page at the provider."""

    id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class CheckoutStatus:
    """What the provider says about a checkout now. Amounts in the currency's unit, not in cents."""

    progress: Progress
    provider_payment_id: str = ""
    method: str = ""
    amount: Decimal | None = None
    currency: str = ""
    failure_message: str = ""


class PaymentGateway(Protocol):
    """A payment provider, as billing sees it. Each call goes out over the network: never inside a transaction."""

    name: str

    def is_ready(self) -> bool:
        """Whether this firm can take payments now. Asks our own records only."""

    def open_checkout(self, order: CheckoutOrder) -> Checkout:
        """Opens the hosted page, or finds the one that the same attempt opened. Raises ProviderIsAway."""

    def close_checkout(self, checkout_id: str) -> CheckoutStatus:
        """Makes the page unusable if nobody has paid, and says how far it had come. Raises ProviderIsAway."""

    def read_checkout(self, checkout_id: str) -> CheckoutStatus:
        """How far the checkout has come. Raises ProviderIsAway."""


_gateway: PaymentGateway | None = None


def bind_gateway(gateway: PaymentGateway) -> None:
    global _gateway
    _gateway = gateway


def gateway() -> PaymentGateway:
    """The bound gateway. Raises OnlinePaymentIsOff where there is none, or it is not ready."""
    if _gateway is None or not _gateway.is_ready():
        raise OnlinePaymentIsOff
    return _gateway


def takes_online_payments() -> bool:
    """Whether a pay page may offer to pay."""
    return _gateway is not None and _gateway.is_ready()
