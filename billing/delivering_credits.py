"""Sending an issued credit memo to the client: a mail with the PDF, which leaves after 15 seconds."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from billing.access import ISSUE_INVOICES
from billing.credit_documents import ensure_credit_pdf
from billing.delivering import AnotherIsLeaving, NobodyToSendTo
from billing.letters import credit_letter
from billing.models import CreditMemo
from billing.snapshots import keep_snapshot
from core import audit, mail
from core.errors import Refusal
from core.models import Mail
from core.promises import promises
from people.access import require
from people.models import User

KIND = "billing.credit"


class CreditIsNotIssued(Refusal):
    """Drafts are not sent, and a void one is worth nothing."""

    sentence = "Only an issued credit memo is sent."


def send_credit(
    *, credit: CreditMemo, to: Sequence[str], cc: Sequence[str], message: str, by: User | None, at: datetime
) -> Mail:
    """Mails the PDF. A second click while the first mail still waits is the same mail; it can be taken back meanwhile.

    Raises NotAllowed, CreditIsNotIssued, NobodyToSendTo, NotAnAddress, AnotherIsLeaving.
    """
    require(by, ISSUE_INVOICES)
    if credit.state != CreditMemo.State.ISSUED:
        raise CreditIsNotIssued
    if not to:
        raise NobodyToSendTo(field="to")
    pdf = ensure_credit_pdf(credit)
    with promises(), transaction.atomic():
        credit = _locked(credit)
        audit.acting("credit.send", by=by, subject=credit, to=list(to), cc=list(cc))
        with translation.override(credit.client.language):
            subject, text, html = credit_letter(credit, message=message, sender=by.name if by else "")
        sent = mail.post(
            KIND,
            to=to,
            cc=cc,
            subject_key=f"credit-{credit.pk}-{_times_sent(credit)}",
            subject=subject,
            text=text,
            html=html,
            attachments=[pdf],
            reply_to=[credit.entity.email] if credit.entity.email else [],
            from_name=credit.entity.name,
            delay_seconds=mail.UNDO_SECONDS,
            related=credit,
            at=at,
        )
        if sent.text != text:
            raise AnotherIsLeaving
        keep_snapshot(credit, mail=sent, pdf=pdf, by=by)
        credit.sent_at, credit.sent_to = at, ", ".join(to)[:400]
        credit.save(update_fields=["sent_at", "sent_to"])
    return sent


def unsend_credit(*, sent: Mail, credit: CreditMemo, by: User | None, at: datetime) -> None:
    """Takes the mail back while its 15 seconds last. Raises NotAllowed, MailHasLeft."""
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        mail.cancel(sent, by=by, at=at)
        earlier = _mails(credit).filter(sent_at__isnull=False).order_by("-sent_at").first()
        CreditMemo.objects.filter(pk=credit.pk).update(
            sent_at=earlier.sent_at if earlier else None,
            sent_to=", ".join(earlier.to)[:400] if earlier else "",
        )


def _locked(credit: CreditMemo) -> CreditMemo:
    rows = CreditMemo.objects.select_for_update(of=("self",)).select_related("client", "entity", "invoice")
    found = rows.get(pk=credit.pk)
    if found.state != CreditMemo.State.ISSUED:
        raise CreditIsNotIssued
    return found


def _mails(credit: CreditMemo) -> QuerySet[Mail]:
    return Mail.objects.filter(kind=KIND, related_kind="billing.creditmemo", related_id=str(credit.pk))


def _times_sent(credit: CreditMemo) -> int:
    return _mails(credit).filter(state__in=[Mail.State.SENT, Mail.State.UNSURE]).count()
