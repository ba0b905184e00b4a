"""The collector's work list: what clients owe, what was last heard of them, what comes next; and one client's page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from billing.dunning import STOP_WORDS, Case, Plan, cases, next_mail_on, plan_now
from billing.models import CollectionNote, DunningStep, DunningStop, LateFee, PaymentReminder, SentStatement
from billing.receivables import BUCKETS, bucket_of
from clients.models import Client
from core.money import ZERO

Kind = DunningStop.Kind


@dataclass(frozen=True)
class Next:
    """What comes next by itself."""

    on: date
    step: DunningStep


@dataclass(frozen=True)
class Owed:
    """An open invoice on the work list."""

    case: Case
    next: Next | None

    @property
    def bucket(self) -> int:
        return bucket_of(self.case.days_overdue)

    @property
    def words(self) -> str:
        """Why nothing is written about it; empty when something is."""
        return STOP_WORDS.get(self.case.stop, "")


@dataclass(frozen=True)
class Debtor:
    """A client with what it owes, the most urgent thing about it first."""

    client: Client
    currency: str
    owed: list[Owed]
    last_reminder: PaymentReminder | None
    last_note: CollectionNote | None
    follow_up_on: date | None

    @property
    def open_amount(self) -> Decimal:
        return sum((each.case.open_amount for each in self.owed), ZERO)

    @property
    def overdue_amount(self) -> Decimal:
        return sum((each.case.open_amount for each in self.owed if each.case.is_overdue), ZERO)

    @property
    def days_overdue(self) -> int:
        return max(each.case.days_overdue for each in self.owed)

    @property
    def promised_until(self) -> date | None:
        """The next day by which something is promised; a broken promise comes first."""
        days = [each.case.promise.until for each in self.owed if each.case.promise]
        return min((day for day in days if day), default=None)

    @property
    def has_broken_promise(self) -> bool:
        return any(each.case.is_promise_broken for each in self.owed)

    @property
    def stops(self) -> list[str]:
        """Why nothing goes about some of it, each reason once."""
        return list(dict.fromkeys(each.words for each in self.owed if each.words))

    @property
    def next(self) -> Next | None:
        """The next mail by itself."""
        return min((each.next for each in self.owed if each.next), key=lambda one: one.on, default=None)


def work_list(on: date, *, only: str = "") -> list[Debtor]:
    """Clients that owe something: broken promises and days to look again first, then the most overdue amount.

    `only`: overdue, promised, stopped, follow-up; empty: all. Nine statements, however many.
    """
    plan = plan_now()
    groups: defaultdict[int, list[Case]] = defaultdict(list)
    for case in cases(on, plan=plan):
        groups[case.invoice.client_id].append(case)
    reminders = _latest_reminders(list(groups))
    notes = _latest_notes(list(groups))
    found = [_debtor(group, plan, reminders, notes) for group in groups.values()]
    return sorted((each for each in found if _shown(each, only, on)), key=lambda each: _urgency(each, on))


def _shown(debtor: Debtor, only: str, on: date) -> bool:
    if only == "overdue":
        return debtor.overdue_amount > 0
    if only == "promised":
        return debtor.promised_until is not None
    if only == "stopped":
        return bool(debtor.stops)
    if only == "follow-up":
        return debtor.follow_up_on is not None and debtor.follow_up_on <= on
    return True


def _urgency(debtor: Debtor, on: date) -> tuple[bool, bool, Decimal, str]:
    asks = debtor.follow_up_on is not None and debtor.follow_up_on <= on
    return (not debtor.has_broken_promise, not asks, -debtor.overdue_amount, debtor.client.name)


def _debtor(
    group: Sequence[Case],
    plan: Plan,
    reminders: dict[int, PaymentReminder],
    notes: dict[int, CollectionNote],
) -> Debtor:
    client = group[0].invoice.client
    note = notes.get(client.pk)
    return Debtor(
        client,
        group[0].invoice.currency,
        [_owed(case, plan) for case in group],
        reminders.get(client.pk),
        note,
        note.follow_up_on if note else None,
    )


def _owed(case: Case, plan: Plan) -> Owed:
    coming = next_mail_on(case, plan) if plan.rules.is_active else None
    return Owed(case, Next(*coming) if coming else None)


def _latest_reminders(client_ids: Sequence[int]) -> dict[int, PaymentReminder]:
    rows = PaymentReminder.objects.filter(client__in=client_ids, called_off_at=None).select_related("mail")
    return {row.client_id: row for row in rows.order_by("client_id", "-id").distinct("client_id")}


def _latest_notes(client_ids: Sequence[int]) -> dict[int, CollectionNote]:
    rows = CollectionNote.objects.filter(client__in=client_ids)
    return {row.client_id: row for row in rows.order_by("client_id", "-id").distinct("client_id")}


@dataclass(frozen=True)
class DebtorPage:
    """One client: what it owes, what stops reminders, and everything that was said."""

    client: Client
    debtor: Debtor | None
    buckets: list[tuple[str, Decimal]]
    pause: DunningStop | None
    reminders: QuerySet[PaymentReminder]
    notes: QuerySet[CollectionNote]
    statements: QuerySet[SentStatement]
    fees: QuerySet[LateFee]


def debtor_page(client: Client, on: date) -> DebtorPage:
    """Everything on the page of one client. Thirteen statements."""
    plan = plan_now()
    group = cases(on, client=client, plan=plan)
    debtor = None
    if group:
        debtor = _debtor(group, plan, _latest_reminders([client.pk]), _latest_notes([client.pk]))
    sums = [ZERO] * len(BUCKETS)
    for case in group:
        sums[bucket_of(case.days_overdue)] += case.open_amount
    return DebtorPage(
        client=client,
        debtor=debtor,
        buckets=list(zip(BUCKETS, sums, strict=True)),
        pause=DunningStop.objects.filter(client=client, invoice=None, ended_on=None).first(),
        reminders=PaymentReminder.objects.filter(client=client)
        .select_related("mail")
        .prefetch_related("invoices__invoice")[:30],
        notes=CollectionNote.objects.filter(client=client)[:30],
        statements=SentStatement.objects.filter(client=client).select_related("mail")[:20],
        fees=LateFee.objects.filter(invoice__client=client).select_related("invoice", "fee_invoice")[:20],
    )
