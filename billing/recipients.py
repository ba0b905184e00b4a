"""Who gets a client's invoices, and the link by which they open and pay them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.models import BillingRules, Invoice
from clients.models import Contact
from core.tokens import public_link

PAY = "pay"


@dataclass(frozen=True)
class Recipients:
    """Who gets invoices of a client: billing contacts, and those who get a copy."""

    to: list[str]
    cc: list[str]


def recipients_of(invoice: Invoice) -> Recipients:
    """The client's active billing contacts. One statement."""
    contacts = Contact.objects.filter(client_id=invoice.client_id, is_active=True).exclude(email="")
    rows = list(contacts.values_list("email", "is_billing_to", "is_billing_cc").order_by("name"))
    return Recipients(
        to=[email for email, to, _ in rows if to], cc=[email for email, to, cc in rows if cc and not to]
    )


def pay_link(invoice: Invoice, *, at: datetime) -> str:
    """The text of the invoice's open link, made when it is first needed and prolonged by each sending."""
    days = BillingRules.objects.values_list("link_days", flat=True).get(pk=1)
    return public_link(PAY, invoice, at=at, expires_at=at + timedelta(days=days))
