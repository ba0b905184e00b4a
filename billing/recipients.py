"""Who gets a client's invoices, and the link by which they open and pay them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.models import BillingRules, Invoice
from clients.models import Contact
from core.tokens import public_link, public_links

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


def recipients_by_client(client_ids: Iterable[int]) -> dict[int, Recipients]:
    """Who gets the mails about all of a client's invoices, by its id. One statement."""
    contacts = Contact.objects.filter(client__in=set(client_ids), is_active=True).exclude(email="")
    found: dict[int, Recipients] = {}
    for client_id, email, to, cc in contacts.order_by("client_id", "name").values_list(
        "client_id", "email", "is_billing_to", "is_billing_cc"
    ):
        people = found.setdefault(client_id, Recipients([], []))
        if to:
            people.to.append(email)
        elif cc:
            people.cc.append(email)
    return found


def pay_links(invoices: Sequence[Invoice], *, at: datetime) -> dict[int, str]:
    """The texts of these invoices' open links by their ids, made or prolonged as `pay_link` does. Four statements."""
    days = BillingRules.objects.values_list("link_days", flat=True).get(pk=1)
    return public_links(PAY, invoices, at=at, expires_at=at + timedelta(days=days))


def pay_link(invoice: Invoice, *, at: datetime) -> str:
    """The text of the invoice's open link, made when it is first needed and prolonged by each sending."""
    days = BillingRules.objects.values_list("link_days", flat=True).get(pk=1)
    return public_link(PAY, invoice, at=at, expires_at=at + timedelta(days=days))
