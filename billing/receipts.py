"""Receipts to clients, and word of bank debits that failed. Receivers of this room's facts: they write mails only."""

import logging
from datetime import datetime
from typing import Any

from django.utils import translation

from billing.balance import balance_of
from billing.letters import failure_letter, receipt_letter
from billing.models import Invoice, Payment
from billing.recipients import pay_link, recipients_of
from core import mail
from core.money import ZERO

logger = logging.getLogger(__name__)


def send_receipt(sender: Any, payment: Payment, invoice: Invoice, at: datetime, **kwargs: Any) -> None:
    """A receipt for each payment received, to the client's billing contacts. None of them: nobody is mailed."""
    people = recipients_of(invoice)
    if not people.to:
        return
    due = balance_of(invoice).due if invoice.state == Invoice.State.ISSUED else ZERO
    applied = sum((part.amount for part in payment.applications.all()), ZERO)
    with translation.override(invoice.client.language):
        letter = receipt_letter(
            payment, invoice, link=pay_link(invoice, at=at), due=due, credit=payment.amount - applied
        )
    _post("billing.receipt", payment, invoice, letter, at)


def send_failure(sender: Any, payment: Payment, invoice: Invoice, at: datetime, **kwargs: Any) -> None:
    """Only a debit that was under way is worth a mail; a declined card was told on the page."""
    if payment.method != Payment.Method.BANK_DEBIT or not recipients_of(invoice).to:
        return
    with translation.override(invoice.client.language):
        letter = failure_letter(payment, invoice, link=pay_link(invoice, at=at))
    _post("billing.payment_failed", payment, invoice, letter, at)


def _post(kind: str, payment: Payment, invoice: Invoice, letter: tuple[str, str, str], at: datetime) -> None:
    people = recipients_of(invoice)
    subject, text, html = letter
    try:
        mail.post(
            kind,
            to=people.to,
            cc=people.cc,
            subject_key=f"payment-{payment.pk}",
            subject=subject,
            text=text,
            html=html,
            reply_to=[invoice.entity.email] if invoice.entity.email else [],
            from_name=invoice.entity.name,
            related=payment,
            at=at,
        )
    except mail.NotAnAddress as refusal:
        # A contact's address that is none must not keep money from being recorded.
        logger.warning("no %s for payment %s: %s", kind, payment.pk, refusal.message)
