"""Who gets a client's invoices, and the link by which they open and pay them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.models import BillingRules, CreditMemo, Invoice, InvoiceLine
from billing.own_words import own_text
from clients.models import Contact
from core.tokens import public_link, public_links
from projects.models import Payer, ProjectContact

PAY = "pay"


@dataclass(frozen=True)
class Recipients:
    """Who gets invoices of a client: billing contacts, and those who get a copy."""

    to: list[str]
    cc: list[str]


def mailed_to(document: Invoice | CreditMemo) -> Recipients:
    """Who gets this document: the client's billing contacts, and whom the firm's own words name for copies.

    One statement more than `recipients_of`.
    """
    people, own = recipients_of(document), own_text(document)
    copies = own.copies if own else []
    more = [email for email in copies if email not in people.to and email not in people.cc]
    return Recipients(to=people.to, cc=people.cc + more)


def recipients_of(document: Invoice | CreditMemo) -> Recipients:
    """The client's active billing contacts; before them who was named for it as a payer, then whom its project names.

    Copies go to those of the client and to the others whom the project names. A credit memo goes to whom its invoice
    went. Two statements, three of a document for one project.
    """
    contacts = Contact.objects.filter(client_id=document.client_id, is_active=True).exclude(email="")
    rows = list(contacts.values_list("pk", "email", "is_billing_to", "is_billing_cc").order_by("name"))
    chosen, named = _chosen(document), _named(document)
    to = (
        [email for pk, email, _, _ in rows if pk in chosen]
        or [email for pk, email, _, _ in rows if named.get(pk) == ProjectContact.Role.TO]
        or [email for _, email, is_to, _ in rows if is_to]
    )
    copied = [email for pk, email, is_to, is_cc in rows if pk in named or (is_cc and not is_to)]
    return Recipients(to=to, cc=[email for email in copied if email not in to])


def _chosen(document: Invoice | CreditMemo) -> set[int]:
    """The contacts that were named for the invoice's client as a payer of its lines."""
    invoice_id = document.invoice_id if isinstance(document, CreditMemo) else document.pk
    lines = InvoiceLine.objects.filter(invoice=invoice_id, split__isnull=False).values("split")
    payers = Payer.objects.filter(split__in=lines, client=document.client_id)
    return {pk for pk in payers.values_list("contact", flat=True) if pk is not None}


def _named(document: Invoice | CreditMemo) -> dict[int, str]:
    """The roles of contacts on the project of the invoice, or of the credited one."""
    invoice = document.invoice if isinstance(document, CreditMemo) else document
    if invoice is None or invoice.project_id is None:
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
