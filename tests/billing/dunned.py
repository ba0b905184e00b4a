"""Open invoices for tests of reminders: without tax, due on a day, of one client or many."""

from datetime import date, timedelta
from typing import Any

from billing.issuing import issue_invoice
from billing.models import DunningRules, Invoice, InvoiceLine
from clients.models import Client, Contact, PaymentTerms
from core import clock
from people.models import LegalEntity
from tests.cast import Cast

DUE = date(2026, 11, 2)  # a Monday


def turn_on(**changed: Any) -> None:
    """Reminders in use: 7 days before, on the day, 7, 14, 30 days after."""
    DunningRules.objects.update(is_active=True, **changed)


def owed(
    cast: Cast, amount: int, *, due: date = DUE, days: int = 30, client: Client | None = None
) -> Invoice:
    """An issued invoice over an amount that is due on a day, issued so many days before."""
    client = client or cast.client
    terms, _ = PaymentTerms.objects.get_or_create(name=f"{days} days", net_days=days)
    draft = Invoice.objects.create(
        entity=LegalEntity.objects.get(is_default=True),
        client=client,
        currency=client.currency,
        title="Design of the water main",
        subtotal_amount=amount,
        total_amount=amount,
        terms=terms,
        drafted_by=cast.finance,
    )
    InvoiceLine.objects.create(
        invoice=draft, description="Design", computed_amount=amount, amount=amount, is_taxable=False
    )
    return issue_invoice(invoice=draft, by=cast.finance, on=due - timedelta(days=days), at=clock.now())


def another_client(cast: Cast, name: str, **fields: Any) -> Client:
    """A client with one contact that gets invoices."""
    client = Client.objects.create(
        name=name, billing_address="1 Main Street", payment_terms=cast.client.payment_terms, **fields
    )
    Contact.objects.create(
        client=client,
        name=f"{name} AP",
        email=f"ap@{name.lower().replace(' ', '')}.example",
        is_billing_to=True,
    )
    return client
