"""Receipts to clients, and word of bank debits that failed. Receivers of this room's facts: they write mails only."""

from datetime import datetime
from typing import Any

from django.utils import translation

from billing.balance import balance_of
from billing.letters import failure_letter, locale, receipt_letter
from billing.models import Invoice, Payment
from billing.recipients import pay_link, recipients_of
from core import mail
from core.money import format_amount


def send_receipt(sender: Any, payment: Payment, invoice: Invoice, at: datetime, **kwargs: Any) -> None:
    """A receipt for each payment received, to the client's billing contacts. None of them: nobody is mailed."""
    people = recipients_of(invoice)
    if not people.to:
        return
    with translation.override(invoice.client.language):
        balance = balance_of(invoice)
        due = "" if balance.is_paid else format_amount(balance.due, invoice.currency, locale())
        subject, text, html = receipt_letter(payment, invoice, link=pay_link(invoice, at=at), due=due)
    _post("billing.receipt", payment, invoice, subject, text, html, at)


def send_failure(sender: Any, payment: Payment, invoice: Invoice, at: datetime, **kwargs: Any) -> None:
    """Only a debit that was under way is worth a mail; a declined card was told on the page."""
    if payment.method != Payment.Method.BANK_DEBIT or not recipients_of(invoice).to:
        return
    with translation.override(invoice.client.language):
        subject, text, html = failure_letter(payment, invoice, link=pay_link(invoice, at=at))
    _post("billing.payment_failed", payment, invoice, subject, text, html, at)


def _post(
    kind: str, payment: Payment, invoice: Invoice, subject: str, text: str, html: str, at: datetime
) -> None:
    people = recipients_of(invoice)
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
