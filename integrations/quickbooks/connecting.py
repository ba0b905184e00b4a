"""Connecting the firm with its company in QuickBooks, and cutting the connection (integrations.md A1).

Intuit knows one redirect address for the whole application, on the root host. What it brings back is moved on to the
firm's host, which stands in the signed state; there the person who began must be signed in, and the state's token is
used up. The realm in the redirect is nobody's word: only a company that answers with the new token is bound.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db import transaction

from core import audit, outbox, tokens
from core.errors import Refusal
from core.hosts import firm_url
from core.periods import date_in, month_of
from integrations.access import MANAGE_CONNECTIONS
from integrations.events import account_connected
from integrations.models import Connection, QuickBooksRules
from integrations.quickbooks import oauth
from integrations.quickbooks.client import PROVIDER, Gateway
from integrations.quickbooks.faults import AccessLost, QuickBooksError
from integrations.quickbooks.kinds import KINDS
from integrations.quickbooks.oauth import is_set_up as is_set_up
from integrations.quickbooks.tokens import current_connection as current_connection
from integrations.quickbooks.tokens import keep_tokens
from people.access import require
from people.models import LegalEntity, User

logger = logging.getLogger(__name__)

Health = Connection.Health

# Where the firm's host takes over; its view is integrations:quickbooks-back.
BACK_PATH = "/connections/quickbooks/back/"
# What Intuit's redirect brings.
BROUGHT = ("code", "state", "realmId", "error")
STATE = "quickbooks.state"
STATE_LIFETIME = timedelta(minutes=30)
NUMBERS_ARE_THEIRS = (
    "QuickBooks numbers invoices itself. Turn custom transaction numbers on there, so that ours are kept."
)


class StateIsStale(Refusal):
    sentence = "This sign-in with QuickBooks is over, or another person began it. Connect again."


class ConsentRefused(Refusal):
    sentence = "QuickBooks was not connected, because access was not given."


class AnotherCompany(Refusal):
    """Numbers and links belong to one company; another one's would be taken for them."""

    status = 409
    sentence = (
        "Your firm is linked with {account_name} in QuickBooks, and that was another company. "
        "Choose {account_name} there."
    )


def start_connecting(*, by: User | None, at: datetime) -> str:
    """The address of Intuit's page on which the company is chosen. Raises NotAllowed, Away."""
    require(by, MANAGE_CONNECTIONS)
    assert by is not None
    token = tokens.issue(STATE, by, lifetime=STATE_LIFETIME, at=at, by=by)
    state = signing.dumps({"back": firm_url(BACK_PATH), "token": token}, salt=STATE)
    return oauth.consent_url(state)


def way_back(query: dict[str, str]) -> str:
    """Where the root host sends what Intuit brought: the firm's address, with the query. Raises StateIsStale."""
    back: str = _opened(query.get("state", ""))["back"]
    kept = [(name, query[name]) for name in BROUGHT if name in query]
    return f"{back}?{urlencode(kept)}"


def finish_connecting(*, code: str, realm: str, state: str, by: User | None, at: datetime) -> Connection:
    """Binds the company that the person chose, and keeps its tokens.

    Raises NotAllowed, StateIsStale, ConsentRefused (no code came), AnotherCompany, AccountIsBoundElsewhere, Away.
    """
    require(by, MANAGE_CONNECTIONS)
    _use_state(state, by, at)
    if not code or not realm:
        raise ConsentRefused
    _refuse_another(realm)
    try:
        given = oauth.exchange(code, realm, at=at)
        books = Gateway(realm, at=at, token=given.access_token)
        company, preferences = books.company_info(), books.preferences()
    except AccessLost as error:
        # A code that is used or too old, or tokens for another company than the redirect said.
        raise StateIsStale from error
    with transaction.atomic():
        audit.acting("connection.finish", by=by, provider=PROVIDER, account=realm)
        # Refuses a company of another firm, before anything of it is kept here.
        account_connected.send(sender=Connection, provider=PROVIDER, account_id=realm)
        connection = _kept(realm, at)
        keep_tokens(connection, given)
        connection.account_name = str(company.get("CompanyName", ""))[:120]
        connection.health, connection.message = Health.READY, numbers_warning(preferences)
        connection.connected_by_name, connection.checked_at = (by.name if by else "")[:120], at
        connection.save()
        # What waited for the access goes on now.
        outbox.hurry([kind.outbox for kind in KINDS.values()], at=at)
    return connection


def disconnect(*, by: User | None, at: datetime) -> Connection | None:
    """Gives the access back and forgets the tokens; links and mappings stay. None where nothing is connected.

    Whether or not QuickBooks can be told, nothing more is sent. Raises NotAllowed.
    """
    require(by, MANAGE_CONNECTIONS)
    with transaction.atomic():
        connection = Connection.objects.select_for_update().filter(provider=PROVIDER).first()
        if connection is None or connection.health == Health.DISCONNECTED:
            return connection
        audit.acting("connection.cut", by=by, subject=connection)
        token = connection.refresh_token
        connection.access_token = connection.refresh_token = ""
        connection.health, connection.checked_at = Health.DISCONNECTED, at
        connection.message = f"Disconnected by {by.name}." if by else "Disconnected."
        connection.save()
    _revoke(token)
    return connection


def _revoke(token: str) -> None:
    if not token:
        return
    try:
        oauth.revoke(token)
    except QuickBooksError as error:
        # It is forgotten here, and ends there by itself; people can take it away there at once.
        logger.warning("QuickBooks could not be told of the disconnecting: %s", error.message)


def _opened(state: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(state, salt=STATE, max_age=STATE_LIFETIME)
    except signing.BadSignature as error:
        raise StateIsStale from error
    return found


def _use_state(state: str, by: User | None, at: datetime) -> None:
    """Uses the state up: it was made in this firm, for this person, and for one try."""
    try:
        token = tokens.find(STATE, _opened(state)["token"], at=at)
        if by is None or token.subject_id != str(by.pk):
            raise StateIsStale
        tokens.use(token, at=at)
    except tokens.LinkRefused as error:
        raise StateIsStale from error


def _refuse_another(realm: str) -> None:
    linked = Connection.objects.filter(provider=PROVIDER).exclude(account_id=realm).first()
    if linked is not None:
        raise AnotherCompany(account_name=linked.account_name or linked.account_id)


def _kept(realm: str, at: datetime) -> Connection:
    """The firm's row, locked. Two people who connect at once: the second finds the first one's company."""
    _, is_first = Connection.objects.get_or_create(
        provider=PROVIDER, defaults={"account_id": realm, "created_at": at, "health": Health.ONBOARDING}
    )
    if is_first:
        # What is older was entered there by hand; offered here, it would stand there twice.
        today = date_in(LegalEntity.objects.get(is_default=True).time_zone, at)
        QuickBooksRules.objects.update(posts_from=month_of(today).first)
    connection = Connection.objects.select_for_update().get(provider=PROVIDER)
    if connection.account_id != realm:
        raise AnotherCompany(account_name=connection.account_name or connection.account_id)
    return connection


def numbers_warning(preferences: dict[str, Any]) -> str:
    """What the firm should change there: ours is the series of invoice numbers."""
    forms = preferences.get("SalesFormsPrefs") or {}
    return "" if forms.get("CustomTxnNumbers", False) else NUMBERS_ARE_THEIRS
