"""Certifying: a typed name and a password re-entered under a statement, kept with a hash of the lines."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache

from approvals.models import Certification
from core.errors import Refusal
from people.models import User

ATTEMPTS = 5
ATTEMPTS_SECONDS = 300


class SignatureIsWrong(Refusal):
    """The typed name or the password does not match."""


@dataclass(frozen=True)
class Signature:
    """What the person typed under the statement, and from where."""

    typed_name: str
    password: str
    address: str | None = None


def lines_hash(lines: Sequence[dict[str, Any]]) -> str:
    """SHA-256 over the lines in canonical JSON: the same lines always give the same hash."""
    text = json.dumps(list(lines), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def certify(
    *,
    by: User,
    signature: Signature,
    statement: str,
    lines: Sequence[dict[str, Any]],
    minutes: int,
    at: datetime,
) -> Certification:
    """Checks the signature and records the certification of these lines.

    Raises SignatureIsWrong with the field; after five wrong passwords it waits five minutes.
    """
    check_signature(by=by, signature=signature)
    return Certification.objects.create(
        statement=statement,
        typed_name=" ".join(signature.typed_name.split()),
        by=by,
        by_name=by.name,
        at=at,
        address=signature.address or None,
        lines_sha256=lines_hash(lines),
        line_count=len(lines),
        worked_minutes=minutes,
    )


def check_signature(*, by: User, signature: Signature) -> None:
    """Raises SignatureIsWrong unless the typed name is the person's and the password is right."""
    if " ".join(signature.typed_name.split()).casefold() != " ".join(by.name.split()).casefold():
        raise SignatureIsWrong(f"Type your name as it stands in your profile: {by.name}.", field="typed_name")
    key = f"certify:{by.pk}"
    # Counted before the password is looked at, so that many tries at once are no way around the limit.
    if _tries(key) > ATTEMPTS:
        raise SignatureIsWrong("Too many wrong passwords. Wait five minutes and try again.", field="password")
    if not by.check_password(signature.password):
        raise SignatureIsWrong("This is not your password. Nothing was decided.", field="password")
    cache.delete(key)


def _tries(key: str) -> int:
    """How many tries there were within five minutes, this one included."""
    cache.add(key, 0, ATTEMPTS_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:
        # The five minutes ended between the two calls.
        return 1
