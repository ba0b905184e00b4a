"""Sending an issued credit memo to the client: a mail with the PDF, which leaves after 15 seconds."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation

from billing.access import ISSUE_INVOICES
from billing.credit_documents import ensure_credit_pdf
from billing.delivering import NobodyToSendTo
from billing.document_mails import post_document, take_back
from billing.letters import credit_letter
from billing.models import CreditMemo
from core import audit
from core.errors import Refusal
from core.models import Mail
from core.promises import promises
from people.access import require
from people.models import User


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
            letter = credit_letter(credit, message=message, sender=by.name if by else "")
        return post_document(credit, to=to, cc=cc, letter=letter, pdf=pdf, by=by, at=at)


def unsend_credit(*, sent: Mail, credit: CreditMemo, by: User | None, at: datetime) -> None:
    """Takes the mail back while its 15 seconds last. Raises NotAllowed, MailHasLeft."""
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        take_back(credit, sent=sent, by=by, at=at)


def _locked(credit: CreditMemo) -> CreditMemo:
    rows = CreditMemo.objects.select_for_update(of=("self",)).select_related("client", "entity", "invoice")
    found = rows.get(pk=credit.pk)
    if found.state != CreditMemo.State.ISSUED:
        raise CreditIsNotIssued
    return found
