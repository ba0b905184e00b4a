"""The page of a client: contacts, projects, invoices with balances, unbilled work. Constant number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg, DurationField, ExpressionWrapper, F
from django.urls import reverse

from billing.access import VIEW_BILLING
from billing.models import Invoice, PaymentApplication
from billing.receivables import BUCKETS, bucket_of, unapplied_credits
from billing.retainers import held_for
from clients.access import can_merge
from clients.merges import recent_merges
from clients.models import Client, ClientMerge, Contact
from core.minutes import format_decimal
from core.money import ZERO, format_amount
from people.access import has_right
from people.models import User
from projects.access import sees_costs, visible_to
from projects.models import Project
from reports.client_activity import Event, latest_of
from reports.client_year import YEAR, year_of
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
    # What is owed by days past due, and how many days after issue it was paid in the last twelve months.
    ages: list[tuple[str, Decimal]]
    days_to_pay: int | None
    activity: list[Event]
    merges: list[ClientMerge]

    @property
    def needs_payer(self) -> bool:
        """Nobody gets this client's invoices."""
        return not any(contact.is_billing_to for contact in self.contacts)


def client_page(client: Client, *, by: User, today: date, at: datetime) -> ClientPage:
    """What the person may see of the client; money only with the right to see billing."""
    shows_money = has_right(by, VIEW_BILLING)
    contacts = list(client.contacts.order_by("-is_billing_to", "-is_billing_cc", "name"))
    projects = list(visible_to(by).filter(client=client).select_related("lead").order_by("name"))
    work = _work(client) if shows_money else {}
    rows = [ProjectRow(project, work.get(project.pk, Unbilled())) for project in projects]
    invoices = invoice_rows(Invoice.objects.filter(client=client), today) if shows_money else []
    are_open = [row for row in rows if row.project.state == Project.State.OPEN]
    days = _days_to_pay(client, today) if shows_money else None
    figures = _figures(client, are_open, total_of(work.values()), invoices)
    return ClientPage(
        client=client,
        contacts=[contact for contact in contacts if contact.is_active],
        former_contacts=[contact for contact in contacts if not contact.is_active],
        projects=are_open,
        closed_projects=[row for row in rows if row.project.state == Project.State.CLOSED],
        shows_money=shows_money,
        invoices=invoices[:LATEST_INVOICES],
        more_invoices=max(len(invoices) - LATEST_INVOICES, 0),
        figures=[*figures, _held(client, today), _year(client, days, today, by)] if shows_money else [],
        ages=_ages(invoices),
        days_to_pay=days,
        activity=latest_of(client, shows_money=shows_money),
        merges=recent_merges(at=at, into=client) if can_merge(by) else [],
    )


def _work(client: Client) -> dict[int, Unbilled]:
    return unbilled_by_project(TimeEntry.objects.filter(project__client=client), client.currency)


def _ages(invoices: Iterable[InvoiceRow]) -> list[tuple[str, Decimal]]:
    """What is owed by days past due; empty when nothing is."""
    sums = [ZERO] * len(BUCKETS)
    for row in invoices:
        if row.balance_amount > 0:
            sums[bucket_of(row.days_overdue)] += row.balance_amount
    return list(zip(BUCKETS, sums, strict=True)) if any(sums) else []


def _days_to_pay(client: Client, today: date) -> int | None:
    """Days from issue to payment, on average over the payments of the last twelve months, cut off to whole days."""
    paid = PaymentApplication.objects.standing().filter(
        invoice__client=client,
        invoice__kind=Invoice.Kind.INVOICE,
        payment__state="SUCCEEDED",
        payment__received_on__gt=today - YEAR,
    )
    taken = ExpressionWrapper(
        F("payment__received_on") - F("invoice__issued_on"), output_field=DurationField()
    )
    average = paid.aggregate(days=Avg(taken))["days"]
    return average.days if average is not None else None


def _figures(
    client: Client, are_open: list[ProjectRow], work: Unbilled, invoices: list[InvoiceRow]
) -> list[dict[str, Any]]:
    late = [row for row in invoices if row.days_overdue]
    owing = sum(row.balance_amount > 0 for row in invoices)
    overdue = f"{_words(open_total(late), client)} overdue" if late else "nothing is late"
    waiting = f"{_words(work.waiting_amount, client)} not approved yet" if work.waiting_amount else "approved"
    return [
        {
            "label": "Open projects",
            "value": len(are_open),
            "note": f"{owing} open invoice{'' if owing == 1 else 's'}",
            "url": "#projects",
        },
        _figure("Ready to bill", work.ready_amount, client, waiting, "#projects"),
        _figure("Owed", open_total(invoices), client, overdue, "#invoices", "bad" if late else ""),
    ]


def _held(client: Client, today: date) -> dict[str, Any]:
    """What the firm has of the client's money: on retainer, and credit that pays no invoice yet."""
    held = held_for(client_id=client.pk, on=today).get(client.currency, ZERO)
    credits = sum(
        (
            amount
            for (client_id, _, currency), amount in unapplied_credits(today).items()
            if (client_id, currency) == (client.pk, client.currency)
        ),
        ZERO,
    )
    parts = [
        f"{_words(amount, client)} {name}"
        for amount, name in ((held, "on retainer"), (credits, "unused credit"))
        if amount
    ]
    note = ", ".join(parts) or "no retainer, no credit"
    return _figure("Held for the client", held + credits, client, note, reverse("billing:retainers"))


def _year(client: Client, days: int | None, today: date, by: User) -> dict[str, Any]:
    """Invoiced in the last twelve months before tax, less credit memos; for those who see costs the margin on it; and
    how fast it was paid."""
    year = year_of(client, today, with_cost=sees_costs(by))
    note = "nothing paid yet" if days is None else f"paid after {days} day{'' if days == 1 else 's'}"
    if year.margin is not None and year.percent is not None:
        left_out = (
            f", {format_decimal(year.uncosted_minutes)} h without cost" if year.uncosted_minutes else ""
        )
        note = f"margin {_words(year.margin, client)}, {year.percent} %{left_out} · {note}"
    return _figure("Invoiced, 12 months", year.invoiced, client, note, "#invoices")


def _figure(
    label: str, amount: Decimal, client: Client, note: str, url: str, kind: str = ""
) -> dict[str, Any]:
    value = _words(amount, client)
    return {"label": label, "value": value, "note": note, "url": url, "kind": kind}


def _words(amount: Decimal, client: Client) -> str:
    return format_amount(amount, client.currency)
