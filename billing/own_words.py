"""What goes into mails to a client: the firm's own words where it wrote some, filled for one document."""

from decimal import Decimal

from billing.models import CreditMemo, Invoice, MailText
from billing.wording import filled
from core.hosts import firm_url
from core.locales import active_locale, written_day
from core.money import format_amount

Kind = MailText.Kind
KINDS = {Invoice.Kind.INVOICE: Kind.INVOICE, Invoice.Kind.DEPOSIT: Kind.DEPOSIT}


def kind_of(document: Invoice | CreditMemo) -> Kind:
    """Which kind of mail brings the document."""
    return Kind.CREDIT if isinstance(document, CreditMemo) else KINDS[Invoice.Kind(document.kind)]


def own_text(document: Invoice | CreditMemo) -> MailText | None:
    """The firm's own words for this document in its client's language. One statement."""
    language = document.client.language.partition("-")[0]
    return MailText.objects.filter(kind=kind_of(document), language=language).first()


def values_of(document: Invoice | CreditMemo, *, amount: Decimal, link: str, sender: str) -> dict[str, str]:
    """What the variables say. The client's language must be active."""
    is_credit = isinstance(document, CreditMemo)
    due_on = None if isinstance(document, CreditMemo) else document.due_on
    po_number = "" if isinstance(document, CreditMemo) else document.po_number
    return {
        "client": document.client.name,
        "number": document.number,
        "title": document.title,
        "amount": format_amount(amount, document.currency, active_locale()),
        "due": written_day(due_on) if due_on else "",
        "po": po_number,
        "firm": document.entity.name,
        "sender": sender or document.entity.name,
        "link": "" if is_credit or not link else firm_url(f"/pay/{link}/"),
    }


def own_message(own: MailText, values: dict[str, str]) -> str:
    """The firm's text, filled."""
    return filled(own.text, values)


def own_subject(own: MailText, values: dict[str, str]) -> str:
    """The firm's subject, filled: one line."""
    return " ".join(filled(own.subject, values).split())
