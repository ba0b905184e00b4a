"""The inbox: each message of a vendor is stored once under its event id, answered, and handled by one operation."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from core import later
from core.errors import Refusal
from integrations.models import Arrival

logger = logging.getLogger(__name__)

State = Arrival.State
# Handles the arrival and says whether there was anything to do.
Handle = Callable[[Arrival, datetime], bool]

MOST_ATTEMPTS = 20
RETRY_AFTER = timedelta(minutes=1)

_handlers: dict[str, Handle] = {}


def bind(provider: str, handle: Handle) -> None:
    """`handle(arrival, at)` does what the message asks for; it may be called again for the same arrival."""
    _handlers[provider] = handle


def receive(*, provider: str, event_id: str, kind: str, payload: dict[str, Any]) -> bool:
    """Stores a verified message; False when it was stored before. Handling begins after commit."""
    with transaction.atomic():
        arrival, is_new = Arrival.objects.get_or_create(
            provider=provider, event_id=event_id, defaults={"kind": kind, "payload": payload}
        )
        if is_new:
            later.after_commit("integrations.handle_arrival", arrival.pk)
    return is_new


def handle(arrival_id: int, *, at: datetime) -> Arrival | None:
    """Handles one stored message; None if it is handled already. A failure is kept and tried again later.

    Nothing that a message brings about may stop the others behind it, so an error that nobody foresaw is kept too.
    """
    arrival = Arrival.objects.filter(pk=arrival_id, state__in=[State.NEW, State.FAILED]).first()
    if arrival is None:
        return None
    message = ""
    try:
        state = State.DONE if _handlers[arrival.provider](arrival, at) else State.IGNORED
    except Refusal as refusal:
        state, message = State.FAILED, refusal.message[:300]
        logger.warning("%s %s: %s", arrival.provider, arrival.event_id, refusal.message)
    except Exception as error:
        state, message = State.FAILED, f"{type(error).__name__}: {error}"[:300]
        logger.exception("%s %s failed in an unforeseen way", arrival.provider, arrival.event_id)
    # Two workers may have had it; who failed does not undo who succeeded.
    Arrival.objects.filter(pk=arrival_id, state__in=[State.NEW, State.FAILED]).update(
        state=state, message=message, attempts=F("attempts") + 1, handled_at=at
    )
    arrival.refresh_from_db()
    return arrival


def sweep(*, at: datetime) -> int:
    """Handles what was left: a worker that died, a vendor that was away. Returns how many were looked at."""
    left = Arrival.objects.filter(
        state__in=[State.NEW, State.FAILED], attempts__lt=MOST_ATTEMPTS, arrived_at__lt=at - RETRY_AFTER
    )
    ids = list(left.order_by("attempts", "pk").values_list("pk", flat=True)[:200])
    for arrival_id in ids:
        handle(arrival_id, at=at)
    return len(ids)
