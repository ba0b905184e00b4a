"""The page of a client: contacts, projects, invoices with balances, unbilled work. Constant number of statements."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.access import VIEW_BILLING
from billing.models import Invoice
from billing.retainers import held_for
from clients.models import Client, Contact
from core.money import ZERO, format_amount
from people.access import has_right
from people.models import User
from projects.access import visible_to
from projects.models import Project
from reports.invoice_rows import InvoiceRow, invoice_rows, open_total
from reports.unbilled_work import Unbilled, total_of, unbilled_by_project
from timesheets.models import TimeEntry

LATEST_INVOICES = 12


@dataclass(frozen=True)
class ProjectRow:
    project: Project
    work: Unbilled


@dataclass(frozen=True)
class ClientPage:
    client: Client
    contacts: list[Contact]
    former_contacts: list[Contact]
    projects: list[ProjectRow]
    closed_projects: list[ProjectRow]
    shows_money: bool
    invoices: list[InvoiceRow]
    more_invoices: int
    figures: list[dict[str, Any]]

    @property
    def needs_payer(self) -> bool:
        """Nobody gets this client's invoices."""
        return not any(contact.is_billing_to for contact in self.contacts)


def client_page(client: Client, *, by: User, today: date) -> ClientPage:
    """What the person may see of the client; money only with the right to see billing."""
    shows_money = has_right(by, VIEW_BILLING)
    contacts = list(client.contacts.order_by("-is_billing_to", "-is_billing_cc", "name"))
    projects = list(visible_to(by).filter(client=client).select_related("lead").order_by("name"))
    work = _work(client) if shows_money else {}
    rows = [ProjectRow(project, work.get(project.pk, Unbilled())) for project in projects]
    invoices = invoice_rows(Invoice.objects.filter(client=client), today) if shows_money else []
    held = held_for(client_id=client.pk, on=today).get(client.currency, ZERO) if shows_money else ZERO
    are_open = [row for row in rows if row.project.state == Project.State.OPEN]
    return ClientPage(
        client=client,
        contacts=[contact for contact in contacts if contact.is_active],
        former_contacts=[contact for contact in contacts if not contact.is_active],
        projects=are_open,
        closed_projects=[row for row in rows if row.project.state == Project.State.CLOSED],
        shows_money=shows_money,
        invoices=invoices[:LATEST_INVOICES],
        more_invoices=max(len(invoices) - LATEST_INVOICES, 0),
        figures=_figures(client, are_open, total_of(work.values()), invoices, held) if shows_money else [],
    )


def _work(client: Client) -> dict[int, Unbilled]:
    return unbilled_by_project(TimeEntry.objects.filter(project__client=client), client.currency)


def _figures(
    client: Client,
    are_open: list[ProjectRow],
    work: Unbilled,
    invoices: list[InvoiceRow],
    held: Decimal,
) -> list[dict[str, Any]]:
    late = [row for row in invoices if row.days_overdue]
    owing = sum(row.balance_amount > 0 for row in invoices)
    oldest = f"oldest {max(row.days_overdue for row in late)} days" if late else "nothing is late"
    amounts = [
        ("Ready to bill", work.ready_amount, "approved, on no invoice", "#projects", ""),
        ("Not approved yet", work.waiting_amount, "recorded, still to be approved", "#projects", ""),
        ("Owed", open_total(invoices), "issued and not paid", "#invoices", ""),
        ("Overdue", open_total(late), oldest, "#invoices", "bad" if late else ""),
    ]
    if held:
        amounts.append(("On retainer", held, "paid ahead by the client", reverse("billing:retainers"), ""))
    count = {
        "label": "Open projects",
        "value": len(are_open),
        "note": f"{owing} open invoice{'' if owing == 1 else 's'}",
        "url": "#projects",
    }
    return [
        count,
        *(
            {
                "label": label,
                "value": format_amount(amount, client.currency),
                "note": note,
                "url": url,
                "kind": kind,
            }
            for label, amount, note, url, kind in amounts
        ),
    ]
