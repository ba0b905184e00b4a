"""Stripe's messages: verified on the raw body, and stored in the inbox of their firm.

They arrive at the root host for all firms; the firm is found by the event's account alone, never by its metadata.
"""

import logging
import re
import time
from typing import Any

import stripe
from django.conf import settings

from integrations import firms
from integrations.inbox import receive
from integrations.stripe.client import PROVIDER

logger = logging.getLogger(__name__)

TOLERANCE_SECONDS = 300
_STAMP = re.compile(r"[0-9]{1,12}")


def is_genuine(body: bytes, header: str) -> bool:
    """Whether one of our secrets signed this body within five minutes of now, before or after."""
    # The library refuses old stamps only; one from the future is as wrong.
    stamps = [part.strip()[2:] for part in header.split(",") if part.strip().startswith("t=")]
    if len(stamps) != 1 or not _STAMP.fullmatch(stamps[0]):
        return False
    if int(stamps[0]) - time.time() > TOLERANCE_SECONDS:
        return False
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(body.decode(), header, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return True
    return False


def arrive(event: dict[str, Any]) -> bool:
    """Stores a verified event in the inbox of the firm that owns its account; False when it is nobody's."""
    firm = firms.enter(PROVIDER, event.get("account") or "")
    if firm is None:
        logger.warning("Stripe event %s is for an account of nobody here", event["id"])
        return False
    with firm:
        receive(provider=PROVIDER, event_id=event["id"], kind=event["type"], payload=event)
    return True
