"""What retainers hold: balances, deposits, movements, and whether they tie out with the books."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Sum
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
