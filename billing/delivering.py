"""Sending an issued invoice to the client: a mail with the PDF and a link to pay, which leaves after 15 seconds."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from billing.access import ISSUE_INVOICES
from billing.balance import balance_of
from billing.document_mails import post_document, take_back
from billing.events import invoice_sent
from billing.letters import Letter, invoice_letter
from billing.models import Invoice, InvoiceDocument
from billing.recipients import PAY, pay_link
from billing.rendering import ensure_pdf
from billing.time_detail import time_detail
from core import audit
from core.errors import Refusal
from core.files import CSV, PDF, TooLarge, clean_name, store
from core.models import Mail, StoredFile
from core.promises import promises
from core.tokens import revoke_links
from people.access import require
from people.models import User

# What may go along with an invoice, and how much together.
ALLOWED = frozenset({PDF, CSV, "image/png", "image/jpeg"})
MOST_BYTES = 10 * 1024 * 1024


class InvoiceIsNotIssued(Refusal):
    """Drafts are not sent: they have neither number nor document."""

    sentence = "Issue the invoice before you send it."


class NobodyToSendTo(Refusal):
    """No address was given, and the client has no billing contact."""

    sentence = "Enter an e-mail address. The client has no contact that gets invoices yet."


def send_invoice(
    *,
    invoice: Invoice,
    to: Sequence[str],
    cc: Sequence[str],
    message: str,
    by: User | None,
    at: datetime,
    more_files: Sequence[tuple[str, bytes]] = (),
    with_time: bool = False,
) -> Mail:
    """Mails the PDF and the pay link. A second click while the first mail still waits is the same mail.

    What was attached to the invoice goes along, `more_files` (name and content), and the time behind it as CSV
    `with_time`. The PDF is kept as it went out. The mail can be taken back for 15 seconds.

    Raises NotAllowed, InvoiceIsNotIssued, NobodyToSendTo, NotAnAddress, AnotherIsLeaving, TooLarge, NotWhatItSays.
    """
    require(by, ISSUE_INVOICES)
    if invoice.state != Invoice.State.ISSUED:
        raise InvoiceIsNotIssued
    if not to:
        raise NobodyToSendTo(field="to")
    pdf = ensure_pdf(invoice)
    with promises(), transaction.atomic():
        invoice = _locked(invoice)
        audit.acting("invoice.send", by=by, subject=invoice, to=list(to), cc=list(cc))
        sent = post_document(
            invoice,
            to=to,
            cc=cc,
            letter=_letter(invoice, message, by, at),
            pdf=pdf,
            more=[*_going_along(invoice, more_files), *(_time_detail(invoice) if with_time else [])],
            by=by,
            at=at,
        )
        invoice_sent.send(sender=Invoice, invoice=invoice, at=at)
    return sent


def _locked(invoice: Invoice) -> Invoice:
    rows = Invoice.objects.select_for_update(of=("self",)).select_related("client", "entity")
    found = rows.get(pk=invoice.pk)
    if found.state != Invoice.State.ISSUED:
        raise InvoiceIsNotIssued
    return found


def _letter(invoice: Invoice, message: str, by: User | None, at: datetime) -> Letter:
    """Subject, text and HTML in the client's language, with the link to pay."""
    link, sender = pay_link(invoice, at=at), by.name if by else ""
    with translation.override(invoice.client.language):
        due = balance_of(invoice).payable
        return invoice_letter(invoice, link=link, message=message, due=due, sender=sender)


def _going_along(invoice: Invoice, files: Sequence[tuple[str, bytes]]) -> list[StoredFile]:
    """The files that were attached to the invoice, and more that are kept now.

    Raises TooLarge, NotWhatItSays (field more_files).
    """
    attached = [each.file for each in invoice.files.select_related("file")]
    if sum(each.size for each in attached) + sum(len(content) for _, content in files) > MOST_BYTES:
        raise TooLarge(
            "The files are larger than 10 MB together; mail servers refuse that.", field="more_files"
        )
    more = [store(name, content, "invoice", expect=ALLOWED, field="more_files") for name, content in files]
    return attached + more


def _time_detail(invoice: Invoice) -> list[StoredFile]:
    """The time behind it as a file; none where its document has no appendix."""
    with translation.override(invoice.client.language):
        made = time_detail(invoice.document.content)
        name = clean_name(f"{gettext('Time detail')} {invoice.number}.csv")
    if not made:
        return []
    return [store(name, made, "invoice", expect={CSV})]


def unsend_invoice(*, sent: Mail, invoice: Invoice, by: User | None, at: datetime) -> None:
    """Takes the mail back while its 15 seconds last: the inverse of sending. Raises NotAllowed, MailHasLeft."""
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        take_back(invoice, sent=sent, by=by, at=at)


def revoke_link(*, invoice: Invoice, by: User | None, at: datetime) -> None:
    """Closes the invoice's pay link; whoever opens it is told so. Sending again makes a new one. Raises NotAllowed.

    The stored PDF names the old link, so it is made again when it is next needed.
    """
    require(by, ISSUE_INVOICES)
    with transaction.atomic():
        audit.acting("invoice.revoke_link", by=by, subject=invoice)
        revoke_links(PAY, invoice, at=at)
        InvoiceDocument.objects.filter(invoice=invoice).update(pdf=None)
