"""What retainers hold: balances, deposits, movements, and whether they tie out with the books."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum, Value, Window
from django.db.models.functions import Coalesce

from billing.models import Invoice, Retainer, RetainerMovement
from billing.pricing.retainer_deposit import Move, Tranche, left_since
from billing.receivables import TieOut
from core.money import ZERO
from ledger.models import Account, JournalLine


def tranches(retainers: Iterable[Retainer], on: date) -> list[Tranche]:
    """The deposits of retainers with what may be taken of each on a day. One statement."""
    by_id = {retainer.pk: retainer for retainer in retainers}
    rows = list(RetainerMovement.objects.filter(retainer__in=by_id))
    left = left_since([Move(row.deposit_id or row.pk, row.happened_on, row.amount) for row in rows], on)
    return [
        Tranche(
            deposit_id=row.pk,
            retainer_id=row.retainer_id,
            is_project_bound=by_id[row.retainer_id].project_id is not None,
            received_on=row.happened_on,
            expires_on=row.expires_on,
            available=left[row.pk],
        )
        for row in rows
        if row.deposit_id is None
    ]


@dataclass
class Holding:
    """A retainer with what it holds: `expired` is part of the balance and is not drawn any more."""

    retainer: Retainer
    balance: Decimal = ZERO
    expired: Decimal = ZERO
    requested: Decimal = ZERO
    requests: list[Invoice] = field(default_factory=list)

    @property
    def available(self) -> Decimal:
        return self.balance - self.expired

    @property
    def is_low(self) -> bool:
        """Below its minimum."""
        return self.available < self.retainer.minimum_amount

    @property
    def percent(self) -> int:
        """Of the target, in whole percent up to 100; 100 where there is none."""
        target = self.retainer.target_amount
        return min(int(max(self.available, ZERO) * 100 // target), 100) if target else 100


def holdings(retainers: Sequence[Retainer], on: date) -> list[Holding]:
    """What each retainer holds at the end of a day, and which of its requests are open today. Two statements."""
    found = {retainer.pk: Holding(retainer) for retainer in retainers}
    sums = (
        RetainerMovement.objects.filter(retainer__in=found, happened_on__lte=on)
        .annotate(root=Coalesce("deposit_id", "id"), expiry=Coalesce("deposit__expires_on", "expires_on"))
        .order_by()
        .values_list("retainer_id", "root", "expiry")
        .annotate(sum=Sum("amount"))
    )
    for retainer_id, _root, expiry, amount in sums:
        holding = found[retainer_id]
        holding.balance += amount
        if expiry is not None and expiry < on:
            holding.expired += amount
    requests = (
        Invoice.objects.issued()
        .with_balance()
        .filter(deposit_request__retainer__in=found, balance_amount__gt=0)
    )
    for request in requests.select_related("deposit_request").order_by("issued_on", "pk"):
        holding = found[request.deposit_request.retainer_id]
        holding.requested += request.balance_amount
        holding.requests.append(request)
    return list(found.values())


def holding_of(retainer: Retainer, on: date) -> Holding:
    """What one retainer holds. Two statements."""
    return holdings([retainer], on)[0]


def held_for(*, client_id: int, on: date) -> dict[str, Decimal]:
    """What a client's retainers hold on a day, by currency. One statement."""
    rows = RetainerMovement.objects.filter(retainer__client=client_id, happened_on__lte=on)
    sums = rows.order_by().values_list("retainer__currency").annotate(sum=Sum("amount"))
    return {currency: amount for currency, amount in sums if amount}


def retainers_for(invoice: Invoice) -> list[Retainer]:
    """The retainers that may pay an invoice: the client's own in its currency, for its project or for all."""
    scope = Retainer.objects.filter(
        entity=invoice.entity_id, client=invoice.client_id, currency=invoice.currency
    )
    bound = scope.filter(project=invoice.project_id) if invoice.project_id else scope.none()
    return list((scope.filter(project=None) | bound).select_related("client", "entity", "project"))


def retainers_tie_out(on: date) -> list[TieOut]:
    """Whether what retainers hold on a day adds up to the client retainers account, by currency. Two statements."""
    documents: defaultdict[str, Decimal] = defaultdict(Decimal)
    rows = RetainerMovement.objects.filter(happened_on__lte=on).order_by()
    for currency, amount in rows.values_list("retainer__currency").annotate(sum=Sum("amount")):
        documents[currency] += amount
    lines = JournalLine.objects.filter(account__purpose=Account.Purpose.DEPOSITS, entry__posted_on__lte=on)
    nets = lines.values_list("entry__currency").annotate(net=Sum("credit_amount") - Sum("debit_amount"))
    books = dict(nets)
    return [
        TieOut(currency, documents.get(currency, ZERO), books.get(currency, ZERO))
        for currency in sorted({*documents, *books})
    ]


ROWS = 50


@dataclass(frozen=True)
class RetainersPage:
    """All retainers with what they hold, sums by currency, and whether that is what the books say."""

    rows: list[Holding]
    totals: dict[str, Decimal]
    ties: list[TieOut]

    @property
    def is_open(self) -> int:
        """How many requests wait for their money."""
        return sum(len(row.requests) for row in self.rows)


def retainers_page(on: date) -> RetainersPage:
    """Every retainer, by client. Five statements."""
    found = Retainer.objects.select_related("client", "project").order_by(
        "client__name", "project__name", "pk"
    )
    rows = holdings(list(found), on)
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row.retainer.currency] += row.balance
    return RetainersPage(rows, dict(totals), retainers_tie_out(on))


@dataclass(frozen=True)
class Deposit:
    """A deposit with what is left of it."""

    movement: RetainerMovement
    left: Decimal
    is_expired: bool


@dataclass(frozen=True)
class RetainerPage:
    """One retainer: what it holds, its deposits that hold something, its movements with the balance after each."""

    holding: Holding
    deposits: list[Deposit]
    movements: list[Any]
    more: int


def retainer_page(retainer: Retainer, on: date, *, first: int = 0) -> RetainerPage:
    """The page of a retainer, movements the latest first, fifty at a time. Five statements."""
    mine = RetainerMovement.objects.filter(retainer=retainer)
    count = mine.count()
    after = Window(Sum("amount"), order_by=[F("happened_on").asc(), F("pk").asc()])
    rows = mine.annotate(balance_amount=after).select_related("invoice").order_by("-happened_on", "-pk")
    taken = Coalesce(Sum("movements__amount"), Value(ZERO))
    held = mine.filter(kind=RetainerMovement.Kind.DEPOSIT).annotate(left_amount=F("amount") + taken)
    return RetainerPage(
        holding=holding_of(retainer, on),
        deposits=[
            Deposit(row, row.left_amount, row.expires_on is not None and row.expires_on < on)
            for row in held.filter(left_amount__gt=0).select_related("invoice")
        ],
        movements=list(rows[first : first + ROWS]),
        more=min(max(count - first - ROWS, 0), ROWS),
    )


def drawable(invoice: Invoice, on: date) -> Decimal:
    """What the client's retainers could pay of an invoice on a day, whatever is due. Two statements, one if none."""
    found = retainers_for(invoice) if invoice.kind == Invoice.Kind.INVOICE else []
    held = tranches(found, on) if found else []
    return sum((each.available for each in held if each.expires_on is None or each.expires_on >= on), ZERO)
