"""What mails to clients say. Their language is active when these are called."""

from django.utils.formats import date_format
from django.utils.translation import get_language, to_locale

from billing.models import Invoice, Payment
from core import mail
from core.hosts import firm_url
from core.money import format_amount
from people.letterhead import letterhead

Letter = tuple[str, str, str]


def locale() -> str:
    """The active language as Babel's locale."""
    return to_locale(get_language() or "en-us")


def _brand(invoice: Invoice) -> dict[str, object]:
    return {
        **letterhead(invoice.entity),
        "invoice": invoice,
        "client": invoice.client,
        "due_on": date_format(invoice.due_on, "DATE_FORMAT"),
    }


def invoice_letter(invoice: Invoice, *, link: str, message: str) -> Letter:
    """Subject, text and HTML of the mail that brings an invoice."""
    amount = format_amount(invoice.total_amount, invoice.currency, locale())
    context = _brand(invoice) | {"amount": amount, "pay_url": firm_url(f"/pay/{link}/"), "message": message}
    return mail.render_mail("billing/mail/invoice", context)


def receipt_letter(payment: Payment, invoice: Invoice, *, link: str, due: str) -> Letter:
    """Subject, text and HTML of a receipt; `due` is what is still open, empty when nothing is."""
    context = _brand(invoice) | {
        "payment": payment,
        "amount": format_amount(payment.amount, payment.currency, locale()),
        "received_on": date_format(payment.received_on, "DATE_FORMAT"),
        "method": payment.get_method_display(),
        "due": due,
        "pay_url": firm_url(f"/pay/{link}/"),
    }
    return mail.render_mail("billing/mail/receipt", context)


def failure_letter(payment: Payment, invoice: Invoice, *, link: str) -> Letter:
    """Subject, text and HTML of the mail that says a bank debit did not go through."""
    context = _brand(invoice) | {
        "payment": payment,
        "amount": format_amount(payment.amount, payment.currency, locale()),
        "pay_url": firm_url(f"/pay/{link}/"),
    }
    return mail.render_mail("billing/mail/payment_failed", context)
