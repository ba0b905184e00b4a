"""For messages that never came: open payments are asked for now and then (integrations.md G4, row 3)."""

import logging
from datetime import datetime, timedelta

from billing.models import Payment
from core.errors import Refusal
from integrations.stripe.events import follow

logger = logging.getLogger(__name__)

# A client who is paying right now is told by the page; only what lasts longer is asked for here.
QUIET = timedelta(minutes=10)
AT_ONCE = 100


def catch_up(*, at: datetime) -> int:
    """Follows payments that are open or under way for a while; returns how many were asked for."""
    waiting = (
        Payment.objects.filter(
            provider="stripe",
            state__in=[Payment.State.PENDING, Payment.State.PROCESSING],
            created_at__lt=at - QUIET,
        )
        .exclude(checkout_id="")
        .select_related("entity")
        .order_by("pk")[:AT_ONCE]
    )
    asked = 0
    for payment in waiting:
        try:
            follow(payment, at=at)
        except Refusal as refusal:
            logger.warning("payment %s: %s", payment.pk, refusal.message)
            break
        asked += 1
    return asked
