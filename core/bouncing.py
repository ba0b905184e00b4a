"""Mails that came back: noted by a person, or read from the report that the other side's server sent (RFC 3464)."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from django.db import transaction

from core import audit
from core.actors import Actor
from core.errors import Refusal
from core.models import Mail

NOT_SAID = "It came back; nobody noted why."


class HasNotLeft(Refusal):
    """What waits, was refused or taken back cannot come back."""

    sentence = "This mail has not left, so it cannot have come back."


@dataclass(frozen=True)
class Bounce:
    """A report: which mail came back, and why in the other side's words."""

    message_id: str
    words: str


def note_bounce(*, mail: Mail, words: str, by: Actor | None, at: datetime) -> Mail:
    """Notes that a mail came back; the first report counts. Raises HasNotLeft."""
    with transaction.atomic():
        found = Mail.objects.select_for_update().get(pk=mail.pk)
        if found.state not in (Mail.State.SENT, Mail.State.UNSURE):
            raise HasNotLeft
        if found.bounced_at is None:
            audit.acting("mail.bounce", by=by, subject=found)
            found.bounced_at, found.bounce = at, (" ".join(words.split()) or NOT_SAID)[:400]
            found.save(update_fields=["bounced_at", "bounce"])
    return found


def read_report(raw: bytes) -> Bounce | None:
    """What a delivery report says; None where it is none, or only says *delayed* or *delivered*."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    status = next(
        (part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None
    )
    original = next((found for part in message.walk() if (found := _original_id(part))), "")
    if status is None or not original:
        return None
    blocks = [block for block in status.get_payload() if isinstance(block, EmailMessage)]
    failed = next(
        (block for block in blocks if str(block.get("Action", "")).strip().lower() == "failed"), None
    )
    if failed is None:
        return None
    said = str(failed.get("Diagnostic-Code", "") or failed.get("Status", ""))
    return Bounce(original, " ".join(said.partition(";")[2].split() or said.split()))


def _original_id(part: EmailMessage) -> str:
    """The Message-ID of the mail that came back, as the report quotes it."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        found = inner[0] if isinstance(inner, list) and inner else None
        return str(found.get("Message-ID", "")).strip() if isinstance(found, EmailMessage) else ""
    if kind == "text/rfc822-headers":
        quoted = email.message_from_string(str(part.get_payload()), policy=email.policy.default)
        return str(quoted.get("Message-ID", "")).strip()
    return ""
