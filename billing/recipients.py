"""Who gets a client's invoices, and the link by which they open and pay them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.models import BillingRules, Invoice, InvoiceLine
from clients.models import Contact
from core.tokens import public_link, public_links
from projects.models import Payer, ProjectContact

PAY = "pay"


@dataclass(frozen=True)
class Recipients:
    """Who gets invoices of a client: billing contacts, and those who get a copy."""

    to: list[str]
    cc: list[str]


def recipients_of(invoice: Invoice) -> Recipients:
    """The client's active billing contacts; before them who was named for it as a payer, then whom its project names.

    Copies go to those of the client and to the others whom the project names. Two statements, three of an invoice
    for one project.
    """
    contacts = Contact.objects.filter(client_id=invoice.client_id, is_active=True).exclude(email="")
    rows = list(contacts.values_list("pk", "email", "is_billing_to", "is_billing_cc").order_by("name"))
    chosen, named = _chosen(invoice), _named(invoice)
    to = (
        [email for pk, email, _, _ in rows if pk in chosen]
        or [email for pk, email, _, _ in rows if named.get(pk) == ProjectContact.Role.TO]
        or [email for _, email, is_to, _ in rows if is_to]
    )
    copied = [email for pk, email, is_to, is_cc in rows if pk in named or (is_cc and not is_to)]
    return Recipients(to=to, cc=[email for email in copied if email not in to])


def _chosen(invoice: Invoice) -> set[int]:
    """The contacts that were named for the invoice's client as a payer of its lines."""
    lines = InvoiceLine.objects.filter(invoice=invoice, split__isnull=False).values("split")
    payers = Payer.objects.filter(split__in=lines, client=invoice.client_id)
    return {pk for pk in payers.values_list("contact", flat=True) if pk is not None}


def _named(invoice: Invoice) -> dict[int, str]:
    """The roles of contacts on the invoice's own project."""
    if invoice.project_id is None:
        return {}
    named = ProjectContact.objects.filter(project=invoice.project_id)
    return dict(named.values_list("contact", "role"))


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
