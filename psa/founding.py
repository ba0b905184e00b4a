"""Sign-up: a firm, its schema, its owner, and a hand-over that signs the owner in on the firm's own host."""

import re
from datetime import datetime

from django.core import signing
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django_tenants.utils import schema_context

from core.errors import Refusal
from people.models import LegalEntity, Role, StaffMember, User
from tenants.cloning import create_firm
from tenants.models import Firm

HAND_OVER_SECONDS = 60
RESERVED_SLUGS = {"www", "mail", "api", "admin", "app", "static", "public", "help", "status", "zz-blueprint"}


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
    if slug in RESERVED_SLUGS:
        raise SlugIsUnfit("This address is reserved. Choose another one.", field="slug")


def found_firm(
    *, name: str, slug: str, owner_name: str, owner_email: str, password: str, time_zone: str, at: datetime
) -> tuple[Firm, str]:
    """Makes a firm with its owner and returns it with a hand-over ticket for the owner's first sign-in.

    All or nothing: schema, host and owner are one transaction. Raises SlugIsUnfit, SlugIsTaken.
    """
    check_slug(slug)
    try:
        with transaction.atomic():
            firm = create_firm(name=name, slug=slug)
            with schema_context(firm.schema_name):
                owner = _add_owner(name, owner_name, owner_email, password, time_zone)
    except IntegrityError as error:
        raise SlugIsTaken(f"The address {slug} is taken. Choose another one.", field="slug") from error
    finally:
        connection.set_schema_to_public()
    return firm, hand_over_ticket(firm, owner, at=at)


def _add_owner(firm_name: str, name: str, email: str, password: str, time_zone: str) -> User:
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


def take_hand_over(*, ticket: str, schema: str) -> User:
    """The owner whom the ticket signs in on this firm's host. Raises HandOverIsSpent. Works once."""
    message = "This link was used already or is older than a minute. Sign in with your e-mail and password."
    try:
        claims = signing.loads(ticket, salt="hand-over", max_age=HAND_OVER_SECONDS)
    except signing.BadSignature as error:
        raise HandOverIsSpent(message) from error
    # cache.add is atomic: of two tabs with the same ticket one gets it.
    if claims["schema"] != schema or not cache.add(f"hand-over:{ticket}", True, HAND_OVER_SECONDS * 2):
        raise HandOverIsSpent(message)
    return User.objects.get(pk=claims["user"])
