"""The home page of finance: what is ready to bill, what is owed, how fast it comes in, and whether to trust it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Sum

from billing.billable import unbilled
from billing.models import Invoice, InvoiceLine
from billing.realization import Realized, of_rows
from billing.receivables import BUCKETS, OpenInvoice, TieOut, open_invoices, ties_out
from billing.unbilled import ready_to_bill
from core.money import ZERO, format_amount, percent_of, round_amount
from core.periods import month_of
from ledger.models import Account, JournalLine
from people.models import User
from reports.charts import Chart, Series
from timesheets.models import TimeEntry

DSO_DAYS = 90
MONTHS = 6


@dataclass(frozen=True)
class Ready:
    """What can be drafted, in the firm's currency; `old_percent` is the part older than 60 days."""

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


def money_home(user: User, currency: str, today: date) -> Money:
    """Everything the page shows to the user about one currency, in a constant number of statements."""
    ready = _ready(user, currency, today)
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


def _ready(user: User, currency: str, today: date) -> Ready:
    """What the page of the same name says: work, fees and expenses that a draft through this month would bill."""
    found = [
        row
        for row in ready_to_bill(user, month_of(today).last, today=today)
        if row.currency == currency and row.can_be_drafted
    ]
    amount = sum((row.amount for row in found), ZERO)
    old = sum((row.old_amount for row in found), ZERO)
    by_age = [sum(ages, ZERO) for ages in zip(*(row.ages for row in found), strict=True)]
    by_age += [ZERO] * (len(BUCKETS) - len(by_age))
    return Ready(amount, len(found), percent_of(old, amount) if amount else 0, by_age)


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
