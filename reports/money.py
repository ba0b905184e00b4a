"""The home page of finance: what is ready to bill, what is owed, how fast it comes in, and whether to trust it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Sum

from billing.billable import rated, unbilled
from billing.models import Invoice, InvoiceLine
from billing.realization import Realized, of_rows
from billing.receivables import BUCKETS, OpenInvoice, TieOut, bucket_of, open_invoices, ties_out
from core.money import ZERO, format_amount, percent_of, round_amount
from ledger.models import Account, JournalLine
from reports.charts import Chart, Series
from timesheets.models import TimeEntry

DSO_DAYS = 90
MONTHS = 6


@dataclass(frozen=True)
class Ready:
    """Approved work on no invoice, in the firm's currency; `old_percent` is the part older than 60 days."""

    amount: Decimal
    projects: int
    old_percent: int
    by_age: list[Decimal]


@dataclass(frozen=True)
class Trust:
    """What makes the numbers look better or worse than they are."""

    not_approved_minutes: int
    unrated_minutes: int
    stale_drafts: int
    ties: list[TieOut]

    @property
    def all_tie(self) -> bool:
        return all(tie.ties for tie in self.ties)


@dataclass(frozen=True)
class Money:
    """What the finance home shows, in one currency."""

    currency: str
    ready: Ready
    receivable: Decimal
    past_due_amount: Decimal
    past_due: list[OpenInvoice]
    drafts: int
    draft_amount: Decimal
    dso: int | None
    realization: Decimal | None
    # Or discounted.
    written_down: Decimal
    trust: Trust
    ages: Chart
    revenue: Chart


def money_home(currency: str, today: date) -> Money:
    """Everything the page shows about one currency, in a constant number of statements."""
    ready = _ready(currency, today)
    owed = [item for item in open_invoices(today) if item.invoice.currency == currency]
    late = sorted((item for item in owed if item.days_overdue > 0), key=lambda item: -item.days_overdue)
    drafts = (
        Invoice.objects.drafts().filter(currency=currency).aggregate(n=Count("pk"), sum=Sum("total_amount"))
    )
    receivable = sum((item.open_amount for item in owed), ZERO)
    realized = _realized(currency, today)
    return Money(
        currency=currency,
        ready=ready,
        receivable=receivable,
        past_due_amount=sum((item.open_amount for item in late), ZERO),
        past_due=late,
        drafts=drafts["n"],
        draft_amount=drafts["sum"] or ZERO,
        dso=_dso(currency, receivable, today),
        realization=realized.percent(places=0),
        written_down=realized.given_away,
        trust=_trust(today),
        ages=_ages_chart(currency, ready, owed),
        revenue=_revenue_chart(currency, today),
    )


def _ready(currency: str, today: date) -> Ready:
    """Valued at each entry's own rate; the exact cents come with the draft. One statement."""
    entries = unbilled(TimeEntry.objects.approved()).filter(rated(), rate_currency=currency)
    rows = entries.values_list("project_id", "worked_on").annotate(
        value=Sum(F("remaining_minutes") * F("rate_amount") / F("rate_minutes"))
    )
    by_age = [ZERO] * len(BUCKETS)
    old, total, projects = ZERO, ZERO, set()
    for project_id, worked_on, value in rows:
        days = (today - worked_on).days
        by_age[bucket_of(days - 30)] += value
        total += value
        old += value if days > 60 else ZERO
        projects.add(project_id)
    amount = round_amount(total, currency)
    return Ready(amount, len(projects), percent_of(old, total) if total else 0, by_age)


def _dso(currency: str, receivable: Decimal, today: date) -> int | None:
    """Receivables ÷ invoiced in the last 90 days × 90, both with tax. None when nothing was invoiced."""
    sales = (
        Invoice.objects.issued()
        .bills()
        .filter(currency=currency, issued_on__gt=today - timedelta(days=DSO_DAYS), issued_on__lte=today)
        .aggregate(sum=Sum("total_amount"))["sum"]
    )
    return int(receivable / sales * DSO_DAYS) if sales else None


def _realized(currency: str, today: date) -> Realized:
    """Of the invoices of the last 90 days."""
    return of_rows(
        InvoiceLine.objects.filter(
            invoice__state=Invoice.State.ISSUED,
            invoice__kind=Invoice.Kind.INVOICE,
            invoice__currency=currency,
            invoice__issued_on__gt=today - timedelta(days=DSO_DAYS),
        )
    )


def _trust(today: date) -> Trust:
    waiting = TimeEntry.objects.filter(is_billable=True, state=TimeEntry.State.SUBMITTED)
    unrated = unbilled(TimeEntry.objects.unrated())
    return Trust(
        not_approved_minutes=waiting.aggregate(sum=Sum("billable_minutes"))["sum"] or 0,
        unrated_minutes=unrated.aggregate(sum=Sum("billable_minutes"))["sum"] or 0,
        stale_drafts=Invoice.objects.drafts().filter(is_stale=True).count(),
        ties=ties_out(today),
    )


def _ages_chart(currency: str, ready: Ready, owed: list[OpenInvoice]) -> Chart:
    receivables = [ZERO] * len(BUCKETS)
    for item in owed:
        receivables[item.bucket] += item.open_amount
    series = [
        _money_series("WIP", ready.by_age, "chart-3", currency),
        _money_series("receivables", receivables, "chart-1", currency),
    ]
    return Chart("ages", "Work in progress and receivables by age", BUCKETS, series, unit="$")


def _revenue_chart(currency: str, today: date) -> Chart:
    """Revenue in the books by month, this one included."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    rows = (
        JournalLine.objects.filter(
            account__kind=Account.Kind.REVENUE,
            entry__currency=currency,
            entry__posted_on__gte=months[0],
            entry__posted_on__lte=today,
        )
        .values_list("entry__posted_on")
        .annotate(net=Sum("credit_amount") - Sum("debit_amount"))
    )
    sums: defaultdict[date, Decimal] = defaultdict(Decimal)
    for posted_on, net in rows:
        sums[posted_on.replace(day=1)] += net
    series = _money_series("revenue", [sums[month] for month in months], "chart-1", currency)
    return Chart("revenue", "Revenue", [f"{month:%b}" for month in months], [series], unit="$")


def _money_series(label: str, values: list[Decimal], token: str, currency: str) -> Series:
    return Series(
        label, values, token, [format_amount(round_amount(value, currency), currency) for value in values]
    )
