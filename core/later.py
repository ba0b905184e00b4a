"""The port through which mechanisms ask for work after the transaction; core/wiring.py binds it to Celery."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

logger = logging.getLogger(__name__)

Send = Callable[[str, int, datetime | None], None]

_send: Send | None = None


def bind(send: Send) -> None:
    """`send(task name, id, instant or None)` hands the work to a worker."""
    global _send
    _send = send


def after_commit(task: str, row_id: int, not_before: datetime | None = None) -> None:
    """Sends the task when the transaction has committed.

    A broker that is down stops nobody: the periodic sweep finds the row a little later.
    """
    transaction.on_commit(lambda: send(task, row_id, not_before), robust=True)


def send(task: str, row_id: int, not_before: datetime | None = None) -> None:
    """Sends the task at once."""
    if _send is None:
        logger.warning("No worker is bound; %s %s waits for the sweep", task, row_id)
        return
    _send(task, row_id, not_before)
