"""The access token of the firm's company: renewed under the lock of the connection's row, kept before it is used.

Two workers that renew at once would each be given a token, and the slower one would keep the dead (G1, row 1). So the
lock is held while Intuit is asked; whoever waited finds a fresh token and asks for none. Call these outside of
transactions: what is rolled back here is lost for good there.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from core import audit
from integrations.models import Connection
from integrations.quickbooks import oauth
from integrations.quickbooks.faults import AccessLost

logger = logging.getLogger(__name__)

PROVIDER = "quickbooks"
Health = Connection.Health
# A token that ends sooner might end on the way.
MARGIN = timedelta(minutes=5)
LOST_MESSAGE = "QuickBooks does not let us in any more. Connect again to go on."
TOKEN_FIELDS = (
    "access_token",
    "refresh_token",
    "access_expires_at",
    "refresh_expires_at",
    "hard_expires_at",
)


def current_connection() -> Connection | None:
    """The firm's connection with QuickBooks, if it is in use; None when it never was, was cut or lost."""
    return Connection.objects.filter(
        provider=PROVIDER, health__in=[Health.READY, Health.RESTRICTED, Health.ONBOARDING]
    ).first()


def access_token(*, at: datetime) -> str:
    """A token that is good for some minutes from `at`. Raises AccessLost, Away."""
    connection = current_connection()
    if connection is None:
        raise AccessLost
    return connection.access_token if _is_fresh(connection, at) else _renewed(at, refused="")


def refresh_after_401(*, refused: str, at: datetime) -> str:
    """Another token than the refused one, whatever its date: renewed unless somebody else did it meanwhile."""
    return _renewed(at, refused=refused)


def keep_tokens(connection: Connection, tokens: oauth.Tokens) -> None:
    """Sets on the row what Intuit gave; the caller holds its lock and saves."""
    connection.access_token, connection.refresh_token = tokens.access_token, tokens.refresh_token
    connection.access_expires_at = tokens.access_expires_at
    connection.refresh_expires_at = tokens.refresh_expires_at
    # Told at the consent only, or each time; never forgotten.
    connection.hard_expires_at = tokens.hard_expires_at or connection.hard_expires_at


def _is_fresh(connection: Connection, at: datetime) -> bool:
    ends = connection.access_expires_at
    return bool(connection.access_token) and ends is not None and at + MARGIN < ends


def _renewed(at: datetime, *, refused: str) -> str:
    """Renews under the lock, unless the row holds another fresh token by then."""
    with transaction.atomic():
        connection = Connection.objects.select_for_update().filter(provider=PROVIDER).first()
        if connection is None or connection.health in (Health.LOST, Health.DISCONNECTED):
            raise AccessLost
        if _is_fresh(connection, at) and connection.access_token != refused:
            return connection.access_token
        try:
            keep_tokens(connection, oauth.renew(connection.refresh_token, at=at))
        except AccessLost as error:
            # Within the lock, so that nobody connects in between and is thrown out again.
            _lose(connection, at)
            lost = error
        else:
            connection.save(update_fields=TOKEN_FIELDS)
            return connection.access_token
    raise lost


def lose(*, refused: str, at: datetime, message: str = LOST_MESSAGE) -> None:
    """QuickBooks says that we may not act for the company any more; a token newer than the refused one stays."""
    with transaction.atomic():
        connection = Connection.objects.select_for_update().filter(provider=PROVIDER).first()
        if connection is not None and connection.access_token == refused:
            _lose(connection, at, message)


def restrict(*, message: str, at: datetime) -> None:
    """QuickBooks lets us in but works no more, as when the subscription ended. A pull that comes through lifts it."""
    with transaction.atomic():
        connection = (
            Connection.objects.select_for_update().filter(provider=PROVIDER, health=Health.READY).first()
        )
        if connection is None:
            return
        audit.acting("connection.health", by=None, subject=connection, health=Health.RESTRICTED)
        connection.health, connection.message, connection.checked_at = Health.RESTRICTED, message[:300], at
        connection.save(update_fields=["health", "message", "checked_at"])


def _lose(connection: Connection, at: datetime, message: str = LOST_MESSAGE) -> None:
    logger.warning("QuickBooks takes the access to %s away", connection.account_id)
    audit.acting("connection.health", by=None, subject=connection, health=Health.LOST)
    connection.health, connection.message, connection.checked_at = Health.LOST, message, at
    connection.save(update_fields=["health", "message", "checked_at"])
