"""Intuit's OAuth by its own library: the address to consent at, codes and refresh tokens for tokens, revoking."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import requests
from django.conf import settings
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from intuitlib.utils import get_discovery_doc

from core.hosts import root_url
from integrations.quickbooks.faults import AccessLost, Away, Bug
from integrations.quickbooks.wire import prepare

logger = logging.getLogger(__name__)

REDIRECT_PATH = "/oauth/quickbooks"
# What tokens last where the answer does not say.
ACCESS_SECONDS, REFRESH_SECONDS = 3600, 8_726_400


@dataclass(frozen=True)
class Tokens:
    """What Intuit gave, and until when each is good. `hard_expires_at` is the end of the consent, if it was told."""

    access_token: str
    refresh_token: str
    access_expires_at: datetime
    refresh_expires_at: datetime
    hard_expires_at: datetime | None


def is_set_up() -> bool:
    """Whether this installation is registered with Intuit."""
    return bool(settings.QUICKBOOKS_CLIENT_ID and settings.QUICKBOOKS_CLIENT_SECRET)


class _Answer:
    """What the library's constructor reads: a kept discovery document in the shape of an answer."""

    status_code = 200

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def json(self) -> dict[str, Any]:
        return self._document


class _Authorizer(AuthClient):
    """The library's client with time-outs, and with the discovery document kept instead of fetched for each object."""

    def get(self, url: str, **kwargs: Any) -> Any:
        # Only the constructor calls this.
        return _Answer(_discovery(settings.QUICKBOOKS_DISCOVERY_URL))

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        prepare(self)
        # Has the token endpoint tell when the consent itself ends, five years after it.
        self.headers["x-include-refresh-token-hard-expires-in"] = "true"
        return super().request(*args, **kwargs)


@lru_cache(maxsize=4)
def _discovery(environment: str) -> dict[str, Any]:
    session = requests.Session()
    prepare(session)
    document: dict[str, Any] = get_discovery_doc(environment, session=session)
    return document


def _authorizer() -> AuthClient:
    """A new one each time, since it keeps what it is answered. Raises Away where the installation has no client id."""
    if not is_set_up():
        raise Away("QuickBooks is not set up on this installation: QUICKBOOKS_CLIENT_ID is empty.")
    return _Authorizer(
        settings.QUICKBOOKS_CLIENT_ID,
        settings.QUICKBOOKS_CLIENT_SECRET,
        root_url(REDIRECT_PATH),
        settings.QUICKBOOKS_DISCOVERY_URL,
    )


@contextmanager
def oauth_errors() -> Iterator[None]:
    """Turns the library's errors into refusals: only `invalid_grant` means that the access is gone."""
    try:
        yield
    except AuthClientError as error:
        text = (error.content or b"").decode(errors="replace")
        if error.status_code == 400 and "invalid_grant" in text:
            raise AccessLost from error
        logger.warning("Intuit's OAuth answered %s, tid %s", error.status_code, error.intuit_tid)
        if error.status_code >= 500 or error.status_code == 429:
            raise Away from error
        raise Bug(str(error.status_code), text[:300]) from error
    except (requests.RequestException, ValueError, KeyError) as error:
        logger.warning("Intuit's OAuth is away: %s", type(error).__name__)
        raise Away from error


def consent_url(state: str) -> str:
    """Intuit's page on which a person chooses the company and lets us in. Raises Away."""
    with oauth_errors():
        return str(_authorizer().get_authorization_url([Scopes.ACCOUNTING], state_token=state))


def exchange(code: str, realm: str, *, at: datetime) -> Tokens:
    """Tokens for the code of the redirect. Raises AccessLost for a code that is used or too old, Away, Bug."""
    with oauth_errors():
        client = _authorizer()
        client.get_bearer_token(code, realm_id=realm)
        return _tokens(client, at)


def renew(refresh_token: str, *, at: datetime) -> Tokens:
    """New tokens. The refresh token in the answer may be another one: keep it before anything else."""
    with oauth_errors():
        client = _authorizer()
        client.refresh(refresh_token=refresh_token)
        return _tokens(client, at)


def revoke(refresh_token: str) -> None:
    """Takes our own access away at Intuit. Raises AccessLost where it is gone already, Away, Bug."""
    with oauth_errors():
        _authorizer().revoke(token=refresh_token)


def _tokens(client: AuthClient, at: datetime) -> Tokens:
    # The library sets each key of the answer as an attribute.
    hard = getattr(client, "x_refresh_token_hard_expires_in", None)
    return Tokens(
        access_token=_text(client.access_token),
        refresh_token=_text(client.refresh_token),
        access_expires_at=at + timedelta(seconds=int(client.expires_in or ACCESS_SECONDS)),
        refresh_expires_at=at + timedelta(seconds=int(client.x_refresh_token_expires_in or REFRESH_SECONDS)),
        hard_expires_at=at + timedelta(seconds=int(hard)) if hard else None,
    )


def _text(token: Any) -> str:
    if not token:
        raise ValueError("an answer without tokens")
    return str(token)
