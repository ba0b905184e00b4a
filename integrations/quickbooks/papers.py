"""Our records as the QuickBooks page shows them: an invoice, a payment, or a person's week of time.

Posted is each time entry for itself; shown is the week, since nobody looks through two thousand lines.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.models import Invoice, Payment
from core.money import ZERO
from integrations.quickbooks.kinds import INVOICE, PAYMENT, POSTED, TIME
from timesheets.models import TimeEntry


@dataclass
class Paper:
    """One row: what is or will be one record there, or the time of one person's week."""

    kind: str
    ids: list[int]
    title: str
    sub: str
    url: str
    on: date | None
    currency: str = ""
    amount: Decimal = ZERO
    minutes: int = 0
    # Filled in by whoever shows it.
    words: str = ""
    note: str = ""
    fix_label: str = ""
    fix_url: str = ""
    remote_url: str = ""
    mark: str = ""
    since: datetime | None = None
    rows: list[int] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What a form says to name it: the kind and its ids."""
        return f"{self.kind}:{','.join(map(str, self.ids))}"

    @property
    def icon(self) -> str:
        return {INVOICE: "file-invoice", PAYMENT: "cash", TIME: "clock-hour-4"}[self.kind]

    @property
    def is_time(self) -> bool:
        return self.kind == TIME


def read_key(text: str) -> tuple[str, list[int]]:
    """The kind and the ids that a form named. Raises ValueError for anything else."""
    kind, _, ids = text.partition(":")
    if kind not in POSTED:
        raise ValueError(text)
    return kind, [int(number) for number in ids.split(",")]


def papers(kind: str, ids: Collection[int]) -> dict[int, Paper]:
    """The papers with these local ids, by id; one statement."""
    return {INVOICE: _invoices, PAYMENT: _payments, TIME: _entries}[kind](ids)


def _invoices(ids: Collection[int]) -> dict[int, Paper]:
    rows = Invoice.objects.filter(pk__in=ids).values_list(
        "pk", "number", "client__name", "issued_on", "currency", "total_amount"
    )
    return {
        pk: Paper(
            INVOICE,
            [pk],
            f"Invoice {number}",
            client,
            reverse("billing:invoice", args=[pk]),
            on,
            currency,
            amount,
        )
        for pk, number, client, on, currency, amount in rows
    }


def _payments(ids: Collection[int]) -> dict[int, Paper]:
    rows = (
        Payment.objects.filter(pk__in=ids)
        .select_related("client")
        .only("method", "reference", "received_on", "currency", "amount", "client__name")
    )
    return {
        payment.pk: Paper(
            PAYMENT,
            [payment.pk],
            f"Payment by {payment.get_method_display().lower()}"
            + (f" {payment.reference}" if payment.reference else ""),
            payment.client.name,
            reverse("billing:payments"),
            payment.received_on,
            payment.currency,
            payment.amount,
        )
        for payment in rows
    }


def _entries(ids: Collection[int]) -> dict[int, Paper]:
    rows = TimeEntry.objects.filter(pk__in=ids).values_list(
        "pk", "staff_id", "staff__name", "worked_on", "worked_minutes"
    )
    found: dict[int, Paper] = {}
    for pk, staff, name, on, minutes in rows:
        monday = on - timedelta(days=on.weekday())
        url = f"{reverse('timesheets:week', args=[monday])}?for={staff}"
        sub = f"Week of {monday.day} {monday:%b %Y}"
        found[pk] = Paper(TIME, [pk], f"Time, {name}", sub, url, monday, minutes=minutes)
    return found


def together(found: Iterable[Paper]) -> list[Paper]:
    """The papers as rows, the latest first: entries of one person's week that stand alike become one row."""
    rows: dict[tuple[object, ...], Paper] = {}
    for paper in found:
        key = (paper.url, paper.on, paper.words, paper.mark) if paper.is_time else (paper.kind, *paper.ids)
        row = rows.setdefault(key, paper)
        if row is not paper:
            row.ids += paper.ids
            row.rows += paper.rows
            row.minutes += paper.minutes
    return sorted(rows.values(), key=lambda paper: (paper.on or date.min, paper.title), reverse=True)


def totals(found: Iterable[Paper]) -> dict[str, Any]:
    """Amounts by currency and minutes of time: what a tab comes to."""
    amounts: dict[str, Decimal] = {}
    minutes = 0
    for paper in found:
        minutes += paper.minutes
        if paper.currency:
            amounts[paper.currency] = amounts.get(paper.currency, ZERO) + paper.amount
    return {"amounts": sorted(amounts.items()), "minutes": minutes}
