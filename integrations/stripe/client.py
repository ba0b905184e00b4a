"""The one door to Stripe: the real client library, with our key, base address, time-outs and errors."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import stripe
from django.conf import settings

from billing.ports import ProviderIsAway
from core.errors import Refusal

logger = logging.getLogger(__name__)

PROVIDER = "stripe"
TIMEOUT_SECONDS = 15


class AccountIsLost(Refusal):
    """Stripe no longer lets us act for the firm's account."""

    sentence = "Stripe does not let us act for your account any more. Connect it again under Connections."


def is_set_up() -> bool:
    """Whether this installation has a key of its own for Stripe."""
    return bool(settings.STRIPE_API_KEY)


@lru_cache(maxsize=1)
def client() -> stripe.StripeClient:
    """The client. The base address comes from the settings, so that a stand-in is reached by the same code.

    Raises ProviderIsAway where the installation has no key.
    """
    if not is_set_up():
        raise ProviderIsAway("Online payment is not set up on this installation: STRIPE_API_KEY is empty.")
    base = settings.STRIPE_API_BASE
    return stripe.StripeClient(
        settings.STRIPE_API_KEY,
        base_addresses={"api": base, "connect": base, "files": base},
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        # The library retries with the same idempotency key; the key is always ours.
        max_network_retries=2,
    )


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Turns the library's errors into refusals for people. InvalidRequestError passes through: callers know why.

    Only `account_invalid` means that the firm took our access away; a key of ours that is wrong or may too little is
    our own mistake, and no firm is disconnected because of it.
    """
    try:
        yield
    except stripe.PermissionError as error:
        if error.error is not None and error.error.code == "account_invalid":
            raise AccountIsLost from error
        logger.exception("Stripe's key of this installation may not do this")
        raise ProviderIsAway from error
    except stripe.InvalidRequestError:
        raise
    except (stripe.AuthenticationError, stripe.IdempotencyError) as error:
        logger.exception("Stripe refused a call of this installation")
        raise ProviderIsAway from error
    except stripe.StripeError as error:
        logger.warning("Stripe is away: %s", error)
        raise ProviderIsAway from error
