"""Mails that bring a document: posted with its PDF, which is kept as it goes out, and taken back while they wait."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from billing.letters import Letter
from billing.models import CreditMemo, Invoice
from billing.snapshots import keep_snapshot
from core import mail
from core.errors import Conflict
from core.models import Mail, StoredFile
from people.models import User

KINDS = {Invoice: "billing.invoice", CreditMemo: "billing.credit"}
# As long as the column.
LONGEST_SENT_TO = 400


class AnotherIsLeaving(Conflict):
    """A mail to the same people with other words waits to leave."""

    sentence = "A mail to the same people is just leaving. Wait a moment, then send this one."


def post_document(
    document: Invoice | CreditMemo,
    *,
    to: Sequence[str],
    cc: Sequence[str],
    letter: Letter,
    pdf: StoredFile,
    more: Sequence[StoredFile] = (),
    by: User | None,
    at: datetime,
) -> Mail:
    """Posts the mail and notes on the locked document that it was sent. It leaves after 15 seconds.

    A second click while the first mail still waits is the same mail. Raises NotAnAddress, AnotherIsLeaving.
    """
    kind = KINDS[type(document)]
    subject, text, html = letter
    left = mails_of(document).filter(state__in=[Mail.State.SENT, Mail.State.UNSURE]).count()
    sent = mail.post(
        kind,
        to=to,
        cc=cc,
        # With how many have left, perhaps, so that a deliberate second sending is a second mail.
        subject_key=f"{kind.partition('.')[2]}-{document.pk}-{left}",
        subject=subject,
        text=text,
        html=html,
        attachments=[pdf, *more],
        reply_to=[document.entity.email] if document.entity.email else [],
        from_name=document.entity.name,
        delay_seconds=mail.UNDO_SECONDS,
        related=document,
        at=at,
    )
    if sent.text != text:
        raise AnotherIsLeaving
    keep_snapshot(document, mail=sent, pdf=pdf, by=by)
    document.sent_at, document.sent_to = at, _names(to)
    document.save(update_fields=["sent_at", "sent_to"])
    return sent


def take_back(document: Invoice | CreditMemo, *, sent: Mail, by: User | None, at: datetime) -> None:
    """Takes a waiting mail back: the document was last sent with the mail before. Raises MailHasLeft."""
    mail.cancel(sent, by=by, at=at)
    earlier = mails_of(document).filter(sent_at__isnull=False).order_by("-sent_at").first()
    type(document).objects.filter(pk=document.pk).update(
        sent_at=earlier.sent_at if earlier else None, sent_to=_names(earlier.to) if earlier else ""
    )


def mails_of(document: Invoice | CreditMemo) -> QuerySet[Mail]:
    """All mails that brought it, or are to."""
    about = {"related_kind": document._meta.label_lower, "related_id": str(document.pk)}
    return Mail.objects.filter(kind=KINDS[type(document)], **about)


def _names(addresses: Sequence[str]) -> str:
    return ", ".join(addresses)[:LONGEST_SENT_TO]
