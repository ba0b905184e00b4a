"""What billing asks of the outside world: a hosted checkout at a payment provider. Bound in psa/wiring.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_noop

from core.errors import Refusal


class ProviderIsAway(Refusal):
    """The payment provider did not answer, or refused for the moment."""

    status = 503
    sentence = gettext_noop(
        "The payment service does not answer at the moment. Nothing was charged. Try again in a minute."
    )


class OnlinePaymentIsOff(Refusal):
    """The firm takes no online payments, or not in this way."""

    sentence = gettext_noop(
        "This invoice cannot be paid online in this way at the moment. Nothing was charged."
    )


class AmountIsNotTaken(Refusal):
    """Below the smallest or above the largest amount that the provider moves."""

    sentence = gettext_noop("An amount like this cannot be paid online.")


class CheckoutIsUnknown(Refusal):
    """The provider knows no such checkout: it belongs to an account that the firm left."""

    sentence = gettext_noop("The payment service does not know this payment any more.")


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
    method: str  # of Payment.Method: exactly what the client chose
    description: str
    email: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    language: str


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
    """A payment provider, as billing sees it. Each call but `methods` goes out over the network: never inside a
    transaction. Reading and closing work as long as the firm's account does, also while it takes no new payments."""

    name: str

    def methods(self, currency: str) -> Sequence[str]:
        """How clients can pay this firm now, of Payment.Method, the preferred one first; none: not at all.

        Asks our own records only.
        """

    def open_checkout(self, order: CheckoutOrder) -> Checkout:
        """Opens the hosted page, or finds the one that the same attempt opened.

        Raises ProviderIsAway, OnlinePaymentIsOff, AmountIsNotTaken.
        """

    def close_checkout(self, checkout_id: str) -> CheckoutStatus:
        """Makes the page unusable if nobody has paid, and says how far it had come.

        Raises ProviderIsAway, CheckoutIsUnknown.
        """

    def read_checkout(self, checkout_id: str) -> CheckoutStatus:
        """How far the checkout has come. Raises ProviderIsAway, CheckoutIsUnknown."""


_gateway: PaymentGateway | None = None


def bind_gateway(gateway: PaymentGateway) -> None:
    global _gateway
    _gateway = gateway


def gateway() -> PaymentGateway:
    """The bound gateway. Raises OnlinePaymentIsOff where there is none."""
    if _gateway is None:
        raise OnlinePaymentIsOff
    return _gateway


def online_methods(currency: str) -> Sequence[str]:
    """How a pay page may offer to pay in this currency, the preferred way first; none: by hand only."""
    return _gateway.methods(currency) if _gateway is not None else ()
