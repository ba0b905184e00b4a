"""Sign-up: a firm, its schema, its owner, and a hand-over that signs the owner in on the firm's own host."""

import re
import unicodedata
from datetime import datetime
from hashlib import sha256

from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django_tenants.utils import schema_context

from core.errors import Refusal
from people import time_zones
from people.models import LegalEntity, Role, StaffMember, User
from tenants.cloning import create_firm
from tenants.models import Firm

HAND_OVER_SECONDS = 60
# Hosts that an installation needs for itself, or that would lend a stranger our name.
RESERVED_SLUGS = frozenset(
    "www mail smtp imap ftp api admin app apps static media assets cdn public root system internal local localhost "
    "help support status docs blog account accounts auth login signin sign-in sign-up signup join pay billing "
    "security sandbox webhooks hooks demo-reset zz-blueprint information-schema".split()
)
SLUG_LENGTH = 30


class SlugIsTaken(Refusal):
    """Another firm has this address."""


class SlugIsUnfit(Refusal):
    """The address has characters that a host name cannot have, or is reserved."""


def check_slug(slug: str) -> None:
    """Raises SlugIsUnfit unless the text can be the first part of a host name."""
    if not re.fullmatch(r"[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?", slug) or "--" in slug:
        raise SlugIsUnfit(
            "Use 1 to 30 small letters, digits and single dashes, beginning with a letter.", field="slug"
        )
    # A schema called pg_… is PostgreSQL's own; ours begin with firm_, but the host would still mislead.
    if slug in RESERVED_SLUGS or slug.startswith("xn-"):
        raise SlugIsUnfit("This address is reserved. Choose another one.", field="slug")


def slug_of(name: str) -> str:
    """The address that a firm's name suggests: Hartwell & Moss → hartwell-moss. Empty if nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-0123456789")
    return words[:SLUG_LENGTH].strip("-")


def free_slugs(wanted: str, name: str = "", *, most: int = 2) -> list[str]:
    """Addresses near the wanted one that nobody has yet; one query."""
    stem = slug_of(wanted) or slug_of(name) or "firm"
    near = [
        stem,
        stem.replace("-", ""),
        slug_of(name),
        f"{stem[:26]}-hq",
        f"{stem[:25]}-pro",
        f"my-{stem[:27]}",
    ]
    near += [f"{stem[:28]}{number}" for number in range(2, 10)]
    fit = [slug for slug in dict.fromkeys(near) if slug != wanted and is_fit(slug)]
    taken = set(Firm.objects.filter(slug__in=fit).values_list("slug", flat=True))
    return [slug for slug in fit if slug not in taken][:most]


def is_fit(slug: str) -> bool:
    """Whether check_slug lets the text pass."""
    try:
        check_slug(slug)
    except SlugIsUnfit:
        return False
    return True


def check_free(slug: str) -> None:
    """Raises SlugIsUnfit or SlugIsTaken. Says what is so now; found_firm decides."""
    check_slug(slug)
    if Firm.objects.filter(slug=slug).exists():
        raise _taken(slug)


def _taken(slug: str) -> SlugIsTaken:
    return SlugIsTaken(f"The address {slug} is taken.", field="slug")


def found_firm(
    *,
    name: str,
    slug: str,
    owner_name: str,
    owner_email: str,
    password: str | None,
    time_zone: str,
    at: datetime,
) -> tuple[Firm, str]:
    """Makes a firm with its owner and returns it with a hand-over ticket for the owner's first sign-in.

    All or nothing: schema, host and owner are one transaction. Without a password the owner comes by the ticket, or by
    *Forgot password*. Raises SlugIsUnfit, SlugIsTaken.
    """
    check_slug(slug)
    try:
        with transaction.atomic():
            firm = _create_firm(name, slug)
            with schema_context(firm.schema_name):
                owner = _add_owner(
                    name, owner_name, owner_email, password, time_zones.known(time_zone, "UTC")
                )
    finally:
        connection.set_schema_to_public()
    return firm, hand_over_ticket(firm, owner, at=at)


def _create_firm(name: str, slug: str) -> Firm:
    """Of two sign-ups for one address the second waits for the first here, and is refused."""
    try:
        return create_firm(name=name, slug=slug)
    except (IntegrityError, ValidationError) as error:
        # django-tenants looks for the schema's name itself, and says so in its own way.
        raise _taken(slug) from error


def _add_owner(firm_name: str, name: str, email: str, password: str | None, time_zone: str) -> User:
    owner = User.objects.create_user(email=email, name=name, password=password, time_zone=time_zone)
    owner.roles.add(Role.objects.get(is_owner=True))
    StaffMember.objects.create(user=owner, name=name)
    initials = "".join(word[0] for word in firm_name.split() if word[0].isalnum())[:2].upper()
    LegalEntity.objects.create(
        name=firm_name, email=email, time_zone=time_zone, mark=initials, is_default=True
    )
    return owner


def hand_over_ticket(firm: Firm, owner: User, *, at: datetime) -> str:
    """A signed text that signs the owner in on the firm's host: once, within 60 seconds."""
    return signing.dumps(
        {"schema": firm.schema_name, "user": owner.pk, "at": at.timestamp()}, salt="hand-over"
    )


class HandOverIsSpent(Refusal):
    """The ticket is forged, of another firm, too old or used."""

    status = 410
    sentence = "This link was used already or is older than a minute. Sign in with your e-mail and password."


def take_hand_over(*, ticket: str, schema: str) -> User:
    """The owner whom the ticket signs in on this firm's host. Raises HandOverIsSpent. Works once."""
    try:
        claims = signing.loads(ticket, salt="hand-over", max_age=HAND_OVER_SECONDS)
    except signing.BadSignature as error:
        raise HandOverIsSpent from error
    # cache.add is atomic: of two tabs with the same ticket one gets it.
    if claims["schema"] != schema or not cache.add(_spent_key(ticket), True, HAND_OVER_SECONDS * 2):
        raise HandOverIsSpent
    owner = User.objects.filter(pk=claims["user"], is_active=True).first()
    if owner is None:
        raise HandOverIsSpent
    return owner


def _spent_key(ticket: str) -> str:
    return f"hand-over:{sha256(ticket.encode()).hexdigest()}"
