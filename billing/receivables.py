"""Receivables: what clients owe on a day, how old it is, and whether it ties out with the books."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.models import (
    CreditApplication,
    CreditMemo,
    DunningStop,
    Invoice,
    Payment,
    PaymentApplication,
    Refund,
    WriteOff,
)
from clients.models import Client
from core.money import ZERO, round_amount
from ledger.models import Account, JournalLine

BUCKETS = ("Current", "1 to 30", "31 to 60", "61 to 90", "Over 90")
# The same edges, counted from the invoice's date.
SINCE_ISSUED = ("Same day", *BUCKETS[1:])


def bucket_of(days: int) -> int:
    """Index into BUCKETS by days past the due date, or since the invoice's; due today is current."""
    if days <= 0:
        return 0
    return min((days - 1) // 30 + 1, 4)


@dataclass(frozen=True)
class OpenInvoice:
    """An issued invoice with what was open of it on the day."""

    invoice: Invoice
    open_amount: Decimal
    processing_amount: Decimal
    days_overdue: int
    days_since_issued: int
    is_disputed: bool = False

    @property
    def bucket(self) -> int:
        return bucket_of(self.days_overdue)

    @property
    def bucket_since_issued(self) -> int:
        return bucket_of(self.days_since_issued)


@dataclass
class ClientAging:
    """A client's open invoices in one currency, by age; credit stands beside them and is not netted into them."""

    client_id: int
    client_name: str
    currency: str
    buckets: list[Decimal] = field(default_factory=lambda: [ZERO] * len(BUCKETS))
    invoices: list[OpenInvoice] = field(default_factory=list)
    credit_amount: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What is open, before credit."""
        return sum(self.buckets, ZERO)

    @property
    def net(self) -> Decimal:
        return self.total - self.credit_amount


def stood(on: date, begins: str) -> Q:
    """Settlements that stood at the end of a day: begun on it or before, and not undone by then."""
    return Q(**{f"{begins}__lte": on}) & (Q(undone_on=None) | Q(undone_on__gt=on))


def payments_applied(on: date) -> QuerySet[PaymentApplication]:
    """What payments that had been received paid at the end of a day; most are applied on the day they came in."""
    return PaymentApplication.objects.annotate(
        begins_on=Coalesce("applied_on", "payment__received_on")
    ).filter(stood(on, "begins_on"), payment__state=Payment.State.SUCCEEDED, payment__received_on__lte=on)


def _of_invoice(rows: QuerySet[Any]) -> Coalesce:
    sums = rows.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    return Coalesce(Subquery(sums.annotate(sum=Sum("amount")).values("sum")), Value(ZERO))


def open_invoices(
    on: date, *, client: Client | None = None, entity_id: int | None = None
) -> list[OpenInvoice]:
    """Invoices that were issued and not settled at the end of `on`, of all clients or one, of all legal entities or
    one. One statement.

    As of then: later payments, credits, write-offs and voids, and what was undone later, do not change what was open
    on the day.
    """
    disputes = DunningStop.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=on),
        invoice=OuterRef("pk"),
        kind=DunningStop.Kind.DISPUTE,
        starts_on__lte=on,
    )
    moving = PaymentApplication.objects.filter(payment__state=Payment.State.PROCESSING)
    found = (
        Invoice.objects.bills()
        .filter(issued_on__lte=on)
        .filter(Q(state=Invoice.State.ISSUED) | Q(state=Invoice.State.VOID, voided_on__gt=on))
        .annotate(
            settled_amount=_of_invoice(payments_applied(on))
            + _of_invoice(CreditApplication.objects.filter(stood(on, "applied_on")))
            + _of_invoice(WriteOff.objects.filter(stood(on, "written_off_on"))),
            moving_amount=_of_invoice(moving),
            is_disputed=Exists(disputes),
        )
        .filter(total_amount__gt=F("settled_amount"))
        .select_related("client", "project", "entity")
        .order_by("due_on", "number")
    )
    if client is not None:
        found = found.filter(client=client)
    if entity_id is not None:
        found = found.filter(entity=entity_id)
    return [
        OpenInvoice(
            invoice=invoice,
            open_amount=invoice.total_amount - invoice.settled_amount,
            processing_amount=invoice.moving_amount,
            days_overdue=(on - invoice.due_on).days if invoice.due_on else 0,
            days_since_issued=(on - invoice.issued_on).days if invoice.issued_on else 0,
            is_disputed=invoice.is_disputed,
        )
        for invoice in found
    ]


def unapplied_credits(
    on: date, *, client: Client | None = None, entity_id: int | None = None
) -> dict[tuple[int, str, str], Decimal]:
    """What clients, or one, had to their credit at the end of `on`, by (its id, name, currency). One statement.

    What they paid beyond their invoices and what was credited to them, less what was applied and refunded.
    """
    # What is drawn from a retainer is no credit, also when it was given back.
    received = Payment.objects.filter(state=Payment.State.SUCCEEDED, received_on__lte=on).exclude(
        method=Payment.Method.RETAINER
    )
    applied = payments_applied(on).exclude(payment__method=Payment.Method.RETAINER)
    issued = CreditMemo.objects.filter(issued_on__lte=on).filter(
        Q(state=CreditMemo.State.ISSUED) | Q(state=CreditMemo.State.VOID, voided_on__gt=on)
    )
    parts = [
        _by_client(received, "client", "currency", 1),
        _by_client(issued, "client", "currency", 1, amount="total_amount"),
        _by_client(applied, "payment__client", "payment__currency", -1),
        _by_client(
            CreditApplication.objects.filter(stood(on, "applied_on")),
            "credit__client",
            "credit__currency",
            -1,
        ),
        _by_client(Refund.objects.filter(stood(on, "refunded_on")), "client", "currency", -1),
    ]
    if client is not None:
        parts = [part.filter(**{f"{_owner(part)}client": client.pk}) for part in parts]
    if entity_id is not None:
        parts = [part.filter(**{f"{_owner(part)}entity": entity_id}) for part in parts]
    found: defaultdict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
    for client_id, name, currency, sign, amount in parts[0].union(*parts[1:], all=True).order_by():
        found[client_id, name, currency] += sign * amount
    return {key: amount for key, amount in found.items() if amount}


def _owner(part: QuerySet[Any, Any]) -> str:
    """The way from a part to the document that has its client and its legal entity."""
    return {PaymentApplication: "payment__", CreditApplication: "credit__"}.get(part.model, "")


def _by_client(
    rows: QuerySet[Any], client: str, currency: str, sign: int, *, amount: str = "amount"
) -> QuerySet[Any, Any]:
    return (
        rows.order_by()
        .values_list(f"{client}_id", f"{client}__name", currency, Value(sign))
        .annotate(sum=Sum(amount))
    )


def aging(on: date, *, since_issued: bool = False, entity_id: int | None = None) -> list[ClientAging]:
    """Receivables by client and currency, aged by days past due or since the invoice's date, the largest first. Two
    statements."""
    rows: dict[tuple[int, str], ClientAging] = {}
    for item in open_invoices(on, entity_id=entity_id):
        invoice = item.invoice
        key = (invoice.client_id, invoice.currency)
        row = rows.setdefault(key, ClientAging(invoice.client_id, invoice.client.name, invoice.currency))
        row.buckets[item.bucket_since_issued if since_issued else item.bucket] += item.open_amount
        row.invoices.append(item)
    for (client_id, name, currency), amount in unapplied_credits(on, entity_id=entity_id).items():
        row = rows.setdefault((client_id, currency), ClientAging(client_id, name, currency))
        row.credit_amount = amount
    return sorted(rows.values(), key=lambda row: -row.total)


@dataclass
class BaseTotal:
    """What is open in all currencies, in that of a legal entity; `missing` invoices have no rate and are not in it."""

    currency: str
    amount: Decimal = ZERO
    missing: int = 0


def in_base(rows: Sequence[ClientAging]) -> list[BaseTotal]:
    """What is open of each entity that has invoices in other currencies, each invoice at the rate that was frozen when
    it was issued, rounded once. Empty where all are in the entity's own."""
    found: dict[str, BaseTotal] = {}
    is_foreign = False
    for item in (item for row in rows for item in row.invoices):
        invoice, base = item.invoice, item.invoice.entity.currency
        total = found.setdefault(base, BaseTotal(base))
        is_foreign = is_foreign or invoice.currency != base
        rate = Decimal(1) if invoice.currency == base else invoice.exchange_rate
        if rate is None:
            total.missing += 1
        else:
            total.amount += round_amount(item.open_amount * rate, base)
    return [found[base] for base in sorted(found)] if is_foreign else []


@dataclass(frozen=True)
class TieOut:
    """Open invoices against the receivables account, in one currency on one day."""

    currency: str
    documents: Decimal
    books: Decimal

    @property
    def difference(self) -> Decimal:
        return self.documents - self.books

    @property
    def ties(self) -> bool:
        return self.difference == 0


def ties_out(on: date, *, entity_id: int | None = None) -> list[TieOut]:
    """Whether the open invoices of a day add up to the receivables account, for each currency, of one legal entity or
    the whole firm. Two statements."""
    documents: defaultdict[str, Decimal] = defaultdict(Decimal)
    for item in open_invoices(on, entity_id=entity_id):
        documents[item.invoice.currency] += item.open_amount
    return _compare(documents, _booked(Account.Purpose.RECEIVABLES, on, entity_id))


def credits_tie_out(on: date, *, entity_id: int | None = None) -> list[TieOut]:
    """Whether what clients have to their credit adds up to the customer credits account, of one legal entity or the
    whole firm. Two statements."""
    documents: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (_client, _name, currency), amount in unapplied_credits(on, entity_id=entity_id).items():
        documents[currency] += amount
    nets = _booked(Account.Purpose.CREDITS, on, entity_id)
    booked = {currency: -net for currency, net in nets.items()}
    return _compare(documents, booked)


def _booked(purpose: str, on: date, entity_id: int | None) -> dict[str, Decimal]:
    """Debit less credit of an account at the end of a day, by currency."""
    lines = JournalLine.objects.filter(account__purpose=purpose, entry__posted_on__lte=on)
    if entity_id is not None:
        lines = lines.filter(entry__entity=entity_id)
    nets = lines.values_list("entry__currency").annotate(net=Sum("debit_amount") - Sum("credit_amount"))
    return dict(nets)


def _compare(documents: dict[str, Decimal], books: dict[str, Decimal]) -> list[TieOut]:
    return [
        TieOut(currency, documents.get(currency, ZERO), books.get(currency, ZERO))
        for currency in sorted(set(documents) | set(books))
    ]


@dataclass(frozen=True)
class Collections:
    """What came in lately, for the finance home page."""

    received: dict[str, Decimal]
    since: date


def received_since(on: date, days: int = 30) -> Collections:
    """Payments received in the last `days` days, by currency."""
    since = on - timedelta(days=days)
    rows = (
        Payment.objects.filter(state=Payment.State.SUCCEEDED, received_on__gt=since, received_on__lte=on)
        .exclude(method=Payment.Method.RETAINER)
        .values("currency")
        .annotate(total=Sum("amount"))
    )
    return Collections({row["currency"]: row["total"] for row in rows}, since)
