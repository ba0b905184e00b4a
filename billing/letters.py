"""What mails to clients say. Their language is active when these are called."""

from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext

from billing.models import Invoice, Payment
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


def invoice_letter(invoice: Invoice, *, link: str, message: str, due: Decimal) -> Letter:
    """Subject, text and HTML of the mail that brings an invoice; `due` is what is still to be paid of it."""
    context = _brand(invoice) | {
        "amount": in_words(due if due > 0 else invoice.total_amount, invoice.currency),
        "is_due": due > 0,
        "pay_url": firm_url(f"/pay/{link}/"),
        "message": message,
    }
    return mail.render_mail("billing/mail/invoice", context)


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
