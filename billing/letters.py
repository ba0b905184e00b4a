"""What mails to clients say. Their language is active when these are called."""

from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext

from billing.balance import balance_of
from billing.models import CreditMemo, Invoice, Payment
from billing.own_words import own_message, own_subject, own_text, values_of
from core import mail
from core.hosts import firm_url
from core.locales import active_locale, written_day
from core.money import format_amount
from people.letterhead import letterhead

Letter = tuple[str, str, str]


def in_words(amount: Decimal, currency: str) -> str:
    """An amount as the active language writes it."""
    return format_amount(amount, currency, active_locale())


def _brand(invoice: Invoice) -> dict[str, object]:
    return {
        **letterhead(invoice.entity),
        "invoice": invoice,
        "client": invoice.client,
        "due_on": written_day(invoice.due_on) if invoice.due_on else "",
    }


def first_message(invoice: Invoice, *, sender: str = "", link: str = "") -> str:
    """What the mail with an invoice says if nobody writes other words: the firm's own, else the usual ones."""
    with translation.override(invoice.client.language):
        own = own_text(invoice)
        if own is None:
            return usual_message(invoice)
        due = balance_of(invoice).payable
        amount = due if due > 0 else invoice.total_amount
        return own_message(own, values_of(invoice, amount=amount, link=link, sender=sender))


def usual_message(invoice: Invoice) -> str:
    """What a person would write with an invoice, in the client's language."""
    with translation.override(invoice.client.language):
        if invoice.kind == Invoice.Kind.DEPOSIT:
            return gettext(
                "Hello,\n\nplease find our deposit request. %(words)s\n\nKind regards\n%(firm)s"
            ) % {
                "words": invoice.message,
                "firm": invoice.entity.name,
            }
        return gettext("Hello,\n\nhere is our invoice for %(title)s. %(words)s\n\nKind regards\n%(firm)s") % {
            "title": invoice.title,
            "words": invoice.message,
            "firm": invoice.entity.name,
        }


def invoice_letter(invoice: Invoice, *, link: str, message: str, due: Decimal, sender: str = "") -> Letter:
    """Subject, text and HTML of the mail that brings an invoice; `due` is what is still to be paid of it.

    The subject is the firm's own where it wrote one.
    """
    amount = due if due > 0 else invoice.total_amount
    context = _brand(invoice) | {
        "amount": in_words(amount, invoice.currency),
        "is_due": due > 0,
        "pay_url": firm_url(f"/pay/{link}/"),
        "message": message,
    }
    subject, text, html = mail.render_mail("billing/mail/invoice", context)
    own = own_text(invoice)
    if own is not None:
        subject = own_subject(own, values_of(invoice, amount=amount, link=link, sender=sender)) or subject
    return subject, text, html


def first_credit_message(credit: CreditMemo, *, sender: str = "") -> str:
    """What the mail with a credit memo says if nobody writes other words."""
    with translation.override(credit.client.language):
        own = own_text(credit)
        if own is not None:
            return own_message(own, values_of(credit, amount=credit.total_amount, link="", sender=sender))
        return gettext(
            "Hello,\n\nplease find our credit memo for %(title)s. %(words)s\n\nKind regards\n%(firm)s"
        ) % {"title": credit.title, "words": credit.message, "firm": credit.entity.name}


def credit_letter(credit: CreditMemo, *, message: str, sender: str = "") -> Letter:
    """Subject, text and HTML of the mail that brings a credit memo."""
    context = {
        **letterhead(credit.entity),
        "credit": credit,
        "invoice_number": credit.invoice.number if credit.invoice else "",
        "amount": in_words(credit.total_amount, credit.currency),
        "issued_on": written_day(credit.issued_on) if credit.issued_on else "",
        "message": message,
    }
    subject, text, html = mail.render_mail("billing/mail/credit", context)
    own = own_text(credit)
    if own is not None:
        filled = own_subject(own, values_of(credit, amount=credit.total_amount, link="", sender=sender))
        subject = filled or subject
    return subject, text, html


def receipt_letter(payment: Payment, invoice: Invoice, *, link: str, due: Decimal, credit: Decimal) -> Letter:
    """Subject, text and HTML of a receipt; `due` is still open, `credit` what was paid beyond the invoice."""
    context = _brand(invoice) | {
        "payment": payment,
        "amount": in_words(payment.amount, payment.currency),
        "received_on": written_day(payment.received_on) if payment.received_on else "",
        "method": payment.get_method_display(),
        "due": in_words(due, invoice.currency) if due > 0 else "",
        "credit": in_words(credit, payment.currency) if credit > 0 else "",
        "pay_url": firm_url(f"/pay/{link}/"),
    }
    return mail.render_mail("billing/mail/receipt", context)


def failure_letter(payment: Payment, invoice: Invoice, *, link: str) -> Letter:
    """Subject, text and HTML of the mail that says a bank debit did not go through."""
    context = _brand(invoice) | {
        "payment": payment,
        "amount": in_words(payment.amount, payment.currency),
        "pay_url": firm_url(f"/pay/{link}/"),
    }
    return mail.render_mail("billing/mail/payment_failed", context)
