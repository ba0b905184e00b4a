"""The one door to Stripe: the real client library, with our key, base address, time-outs and errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import stripe
from django.conf import settings

from billing.ports import ProviderIsAway
from core.errors import Refusal

PROVIDER = "stripe"
TIMEOUT_SECONDS = 15


class AccountIsLost(Refusal):
    """Stripe no longer lets us act for the firm's account."""

    sentence = "Stripe does not let us act for your account any more. Connect it again under Connections."


@lru_cache(maxsize=1)
def client() -> stripe.StripeClient:
    """The client. The base address comes from the settings, so that a stand-in is reached by the same code."""
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
    """Turns the library's errors into refusals for people; what is a mistake of ours passes through."""
    try:
        yield
    except (stripe.PermissionError, stripe.AuthenticationError) as error:
        raise AccountIsLost from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderIsAway from error
    except stripe.InvalidRequestError:
        raise
    except stripe.StripeError as error:
        raise ProviderIsAway from error
