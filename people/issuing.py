"""API tokens: issuing, recognising, revoking them. A token is shown once; its digest is all that is kept."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from core import audit
from core.errors import NotAllowed, Refusal
from people.access import can_manage_sign_in
from people.models import ApiToken, User

MARK = "psa_"
SHOWN = 8
# When a token was used last is kept to the minute: not every request should write.
USE_NOTED_AFTER = timedelta(minutes=1)

# The areas of the API; a token may read or write each.
AREAS = (
    ("people", "People"),
    ("clients", "Clients"),
    ("projects", "Projects and rates"),
    ("time", "Time"),
    ("approvals", "Approvals"),
    ("billing", "Invoices and payments"),
    ("ledger", "Ledger"),
    ("integrations", "Connections"),
)
SCOPES = tuple(f"{area}:{what}" for area, _ in AREAS for what in ("read", "write"))


class NameIsMissing(Refusal):
    sentence = "Give the token a name, such as what will use it."


class NoScope(Refusal):
    sentence = "Choose what the token may read or change."


class UnknownScope(Refusal):
    sentence = "There is no scope {scope}."


class ExpiresTooEarly(Refusal):
    sentence = "Choose a later day."


class AlreadyRevoked(Refusal):
    sentence = "This token was revoked already."


def issue_token(
    *,
    user: User,
    name: str,
    scopes: Collection[str],
    by: User | None,
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token of the person, and its text, which is never shown again. Without `expires_at` until it is revoked.

    Raises NotAllowed for somebody else's, NameIsMissing, NoScope, UnknownScope, ExpiresTooEarly.
    """
    if by is not None and by != user:
        raise NotAllowed("Everybody makes their own tokens.")
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing(field="name")
    if not scopes:
        raise NoScope(field="scopes")
    for scope in scopes:
        if scope not in SCOPES:
            raise UnknownScope(field="scopes", scope=scope)
    if expires_at is not None and expires_at <= at:
        raise ExpiresTooEarly(field="expires_on")
    raw = MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            name=name,
            digest=_digest(raw),
            prefix=raw.removeprefix(MARK)[:SHOWN],
            scopes=[scope for scope in SCOPES if scope in scopes],
            created_at=at,
            expires_at=expires_at,
        )
        audit.acting(
            "token.issue", by=by, subject=token, name=name, scopes=token.scopes, expires_at=expires_at
        )
    return token, raw


def revoke_token(*, token: ApiToken, by: User | None, at: datetime) -> ApiToken:
    """The token opens nothing any more, from the next request on. By its person, or by who manages their sign-in.

    Raises NotAllowed, AlreadyRevoked.
    """
    if by is not None and by != token.user and not can_manage_sign_in(by, token.user):
        raise NotAllowed
    with transaction.atomic():
        token = ApiToken.objects.select_for_update(of=("self",)).select_related("user").get(pk=token.pk)
        if token.revoked_at is not None:
            raise AlreadyRevoked
        audit.acting("token.revoke", by=by, subject=token, name=token.name)
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
    return token


def token_of(raw: str, *, at: datetime) -> ApiToken | None:
    """The token that the text is, with its person and roles, or None if it opens nothing. Two or three statements."""
    if not raw.startswith(MARK) or len(raw) > 100:
        return None
    token = (
        ApiToken.objects.usable(at)
        .select_related("user")
        .prefetch_related("user__roles")
        .filter(digest=_digest(raw), user__is_active=True)
        .first()
    )
    if token is not None and (token.last_used_at is None or token.last_used_at < at - USE_NOTED_AFTER):
        stale = Q(last_used_at=None) | Q(last_used_at__lt=at)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
    return token


def _digest(raw: str) -> str:
    # 256 random bits need no salt and no key; so a token lives through a change of SECRET_KEY.
    return sha256(raw.encode()).hexdigest()
