"""Who gets a client's invoices, and the link by which they open and pay them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.models import BillingRules, Invoice, InvoiceLine
from clients.models import Contact
from core.tokens import public_link, public_links
from projects.models import Payer

PAY = "pay"


@dataclass(frozen=True)
class Recipients:
    """Who gets invoices of a client: billing contacts, and those who get a copy."""

    to: list[str]
    cc: list[str]


def recipients_of(invoice: Invoice) -> Recipients:
    """The client's active billing contacts; of a payer of the project those that were named for it, with the client's
    copies. Two statements."""
    contacts = Contact.objects.filter(client_id=invoice.client_id, is_active=True).exclude(email="")
    lines = InvoiceLine.objects.filter(invoice=invoice, split__isnull=False).values("split")
    named = Payer.objects.filter(split__in=lines, client=invoice.client_id, contact__isnull=False)
    chosen = set(named.values_list("contact", flat=True))
    rows = list(contacts.values_list("pk", "email", "is_billing_to", "is_billing_cc").order_by("name"))
    to = [email for pk, email, _, _ in rows if pk in chosen] or [
        email for _, email, is_to, _ in rows if is_to
    ]
    return Recipients(
        to=to, cc=[email for _, email, is_to, is_cc in rows if is_cc and not is_to and email not in to]
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
