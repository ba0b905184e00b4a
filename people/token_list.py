"""Tokens as their pages show them."""

from dataclasses import dataclass
from datetime import datetime

from people.issuing import AREAS, SCOPES
from people.models import ApiToken, User

# How many ended tokens are shown, the latest first.
ENDED_AT_MOST = 10


@dataclass(frozen=True)
class TokenLine:
    """One token: what it may in words, and why it opens nothing any more (empty while it does)."""

    token: ApiToken
    words: str
    ended: str


def tokens_of(user: User, *, at: datetime) -> list[TokenLine]:
    """The person's tokens that work, the latest first, then a few that ended. One statement."""
    lines = [
        TokenLine(token, scope_words(token.scopes), _ended(token, at)) for token in user.api_tokens.all()
    ]
    working = [line for line in lines if not line.ended]
    return working + [line for line in lines if line.ended][:ENDED_AT_MOST]


def scope_words(scopes: list[str]) -> str:
    """What a token may: *Everything*, *Reads everything*, or *Changes Clients, Time; reads Ledger*."""
    if set(scopes) == set(SCOPES):
        return "Everything that you may"
    changes = [label for area, label in AREAS if f"{area}:write" in scopes]
    reads = [label for area, label in AREAS if f"{area}:read" in scopes and label not in changes]
    if not changes and len(reads) == len(AREAS):
        return "Reads everything that you may see"
    parts = ["changes " + ", ".join(changes)] if changes else []
    parts += ["reads " + ", ".join(reads)] if reads else []
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _ended(token: ApiToken, at: datetime) -> str:
    if token.revoked_at is not None:
        return "Revoked"
    return "Expired" if token.expires_at is not None and token.expires_at <= at else ""
