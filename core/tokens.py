"""Secrets in links.

A *token* is random, used once, and kept as a digest only: invitations, resets, hand-overs. A *public link* is
signed, may be shown again and opened often, until it is revoked: pay pages, documents for clients.
"""

import hmac
import secrets
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, models, transaction

from core import hosts
from core.actors import Actor, actor_id, actor_name
from core.errors import Refusal
from core.models import PublicLink, Token

Row = TypeVar("Row", Token, PublicLink)


class LinkRefused(Refusal):
    """The link opens nothing."""

    status = 410


class TokenUnknown(LinkRefused):
    status = 404
    sentence = "This link is not valid. Check that it was copied whole."


class TokenExpired(LinkRefused):
    sentence = "This link has expired."


class TokenRevoked(LinkRefused):
    sentence = "This link is no longer valid."


class TokenUsed(LinkRefused):
    sentence = "This link was used already."


def issue(
    purpose: str, subject: models.Model, *, lifetime: timedelta, at: datetime, by: Actor | None = None
) -> str:
    """The raw secret of a new token, shown this once; only its digest is kept."""
    raw = secrets.token_urlsafe(32)
    Token.objects.create(
        purpose=purpose,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        digest=_digest(purpose, raw),
        expires_at=at + lifetime,
        created_by_id=actor_id(by),
        created_by_name=actor_name(by),
    )
    return raw


def find(purpose: str, raw: str, *, at: datetime) -> Token:
    """The token that may be used now. Raises TokenUnknown, TokenExpired, TokenRevoked or TokenUsed."""
    token = Token.objects.filter(purpose=purpose, digest=_digest(purpose, raw)).first()
    # Looked up by digest, so timing says nothing about the secret; compared again in constant time all the same.
    if token is None or not hmac.compare_digest(token.digest, _digest(purpose, raw)):
        raise TokenUnknown
    _check(token, at)
    return token


def use(token: Token, *, at: datetime) -> Token:
    """Uses the token up. Of two at once one wins, the other gets TokenUsed (or why else it cannot be used)."""
    used = Token.objects.filter(pk=token.pk, used_at=None, revoked_at=None, expires_at__gt=at).update(
        used_at=at
    )
    token.refresh_from_db()
    if not used:
        _check(token, at)
        raise TokenUsed
    return token


def revoke(purpose: str, subject: models.Model, *, at: datetime) -> int:
    """Revokes every token for this purpose that was not used; returns how many."""
    return _of(Token.objects.filter(used_at=None), purpose, subject).update(revoked_at=at)


def public_link(
    purpose: str, subject: models.Model, *, at: datetime, expires_at: datetime | None = None
) -> str:
    """The text of the open link to the subject, made if there is none. A later `expires_at` prolongs it."""
    link = _of(PublicLink.objects.all(), purpose, subject).first()
    if link is None:
        link = _new_link(purpose, subject, expires_at)
    elif link.expires_at is not None and (expires_at is None or expires_at > link.expires_at):
        link.expires_at = expires_at
        link.save(update_fields=["expires_at"])
    return link_text(link)


def public_links(
    purpose: str, subjects: Sequence[models.Model], *, at: datetime, expires_at: datetime
) -> dict[int, str]:
    """The texts of the open links to subjects of one model, by their ids: as `public_link` does for one. At most four
    statements, however many."""
    if not subjects:
        return {}
    kind = subjects[0]._meta.label_lower
    wanted = {str(subject.pk) for subject in subjects}
    rows = PublicLink.objects.filter(
        purpose=purpose, subject_kind=kind, subject_id__in=wanted, revoked_at=None
    )
    rows.filter(expires_at__lt=expires_at).update(expires_at=expires_at)
    missing = wanted - set(rows.values_list("subject_id", flat=True))
    PublicLink.objects.bulk_create(
        [
            PublicLink(purpose=purpose, subject_kind=kind, subject_id=pk, expires_at=expires_at)
            for pk in sorted(missing)
        ],
        # Somebody else may make it in this moment.
        ignore_conflicts=True,
    )
    return {int(link.subject_id): link_text(link) for link in rows.all()}


def link_text(link: PublicLink) -> str:
    """What stands in the address: `<uuid>.<signature>`."""
    return f"{link.uuid}.{_signatures(link.purpose, link.uuid)[0]}"


def open_link(purpose: str, text: str, *, at: datetime) -> PublicLink:
    """The link that the text opens. Raises TokenUnknown for a forged one, TokenExpired, TokenRevoked."""
    name, _, signature = text.partition(".")
    try:
        key = uuid.UUID(name)
    except ValueError:
        raise TokenUnknown from None
    if not any(
        hmac.compare_digest(right.encode(), signature.encode()) for right in _signatures(purpose, key)
    ):
        raise TokenUnknown
    link = PublicLink.objects.filter(purpose=purpose, uuid=key).first()
    if link is None:
        raise TokenUnknown
    _check(link, at)
    return link


def revoke_links(purpose: str, subject: models.Model, *, at: datetime) -> int:
    """Revokes the open links to the subject for this purpose; returns how many."""
    return _of(PublicLink.objects.all(), purpose, subject).update(revoked_at=at)


def _check(found: Token | PublicLink, at: datetime) -> None:
    if found.revoked_at is not None:
        raise TokenRevoked
    if isinstance(found, Token) and found.used_at is not None:
        raise TokenUsed
    if found.expires_at is not None and found.expires_at <= at:
        raise TokenExpired


def _of(rows: models.QuerySet[Row], purpose: str, subject: models.Model) -> models.QuerySet[Row]:
    return rows.filter(
        purpose=purpose, subject_kind=subject._meta.label_lower, subject_id=str(subject.pk), revoked_at=None
    )


def _new_link(purpose: str, subject: models.Model, expires_at: datetime | None) -> PublicLink:
    try:
        with transaction.atomic():
            return PublicLink.objects.create(
                purpose=purpose,
                subject_kind=subject._meta.label_lower,
                subject_id=str(subject.pk),
                expires_at=expires_at,
            )
    except IntegrityError:
        # Somebody else made it in this moment.
        return _of(PublicLink.objects.all(), purpose, subject).get()


def _salt(purpose: str) -> str:
    return f"core.tokens:{hosts.schema()}:{purpose}"


def _hmac(key: str, salt: str, message: bytes) -> hmac.HMAC:
    return hmac.new(sha256(f"{salt}:{key}".encode()).digest(), message, sha256)


def _digest(purpose: str, raw: str) -> str:
    return _hmac(settings.SECRET_KEY, _salt(purpose), raw.encode()).hexdigest()


def _signatures(purpose: str, key: uuid.UUID) -> list[str]:
    """The signature by the current key first, then by those that SECRET_KEY_FALLBACKS still honors."""
    return [
        urlsafe_b64encode(_hmac(secret, _salt(purpose), key.bytes).digest()[:18]).decode()
        for secret in (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))
    ]
