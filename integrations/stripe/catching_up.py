"""For messages that never came: open payments are asked for now and then (integrations.md G4, row 3)."""

import logging
from datetime import datetime, timedelta

from billing.models import Payment
from billing.ports import ProviderIsAway
from core.errors import Refusal
from integrations.stripe.events import follow

logger = logging.getLogger(__name__)

# A client who is paying right now is told by the page; only what lasts longer is asked for here.
QUIET = timedelta(minutes=10)
AT_ONCE = 200


def catch_up(*, at: datetime) -> int:
    """Follows payments that are open or under way for a while; returns how many were asked for.

    In random order, so that none waits for ever behind two hundred others.
    """
    waiting = (
        Payment.objects.filter(
            provider="stripe",
            state__in=[Payment.State.PENDING, Payment.State.PROCESSING],
            created_at__lt=at - QUIET,
        )
        .select_related("entity")
        .order_by("?")[:AT_ONCE]
    )
    asked = 0
    for payment in waiting:
        try:
            follow(payment, at=at)
        except ProviderIsAway as refusal:
            logger.warning("Stripe is away, payments are asked for later: %s", refusal.message)
            break
        except Refusal as refusal:
            # One that Stripe knows nothing of holds up no other.
            logger.warning("payment %s: %s", payment.pk, refusal.message)
        asked += 1
    return asked
