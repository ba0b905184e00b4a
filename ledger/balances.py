"""What the accounts hold on a date."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from ledger.models import Account, JournalLine

_NOTHING = Value(0, output_field=DecimalField(max_digits=20, decimal_places=4))


@dataclass(frozen=True)
class TrialLine:
    """One account in one currency: its balance on the side where it stands."""

    account_id: int
    code: str
    name: str
    kind: str
    purpose: str
    currency: str
    debit_amount: Decimal
    credit_amount: Decimal

    @property
    def balance_amount(self) -> Decimal:
        """Debit less credit."""
        return self.debit_amount - self.credit_amount


@dataclass(frozen=True)
class TrialBalance:
    """All accounts that were ever posted to, by currency and code."""

    on: date
    lines: list[TrialLine]

    @property
    def currencies(self) -> list[str]:
        return sorted({line.currency for line in self.lines})

    def of(self, currency: str) -> list[TrialLine]:
        return [line for line in self.lines if line.currency == currency]

    def totals(self, currency: str) -> tuple[Decimal, Decimal]:
        """Debits and credits; equal, or the books are broken."""
        lines = self.of(currency)
        return (
            sum((line.debit_amount for line in lines), ZERO),
            sum((line.credit_amount for line in lines), ZERO),
        )

    def balances(self, currency: str) -> bool:
        debit, credit = self.totals(currency)
        return debit == credit


def trial_balance(on: date, *, entity_id: int | None = None) -> TrialBalance:
    """Each account's balance at the end of the day `on`, for one legal entity or the whole firm. One statement."""
    lines = JournalLine.objects.filter(entry__posted_on__lte=on)
    if entity_id is not None:
        lines = lines.filter(entry__entity=entity_id)
    sums = (
        lines.values(
            "account_id",
            "account__code",
            "account__name",
            "account__kind",
            "account__purpose",
            "entry__currency",
        )
        .annotate(net=Sum("debit_amount") - Sum("credit_amount"))
        .order_by("entry__currency", "account__code")
    )
    return TrialBalance(
        on,
        [
            TrialLine(
                row["account_id"],
                row["account__code"],
                row["account__name"],
                row["account__kind"],
                row["account__purpose"],
                row["entry__currency"],
                debit_amount=max(row["net"], ZERO),
                credit_amount=max(-row["net"], ZERO),
            )
            for row in sums
        ],
    )


def account_balance(purpose: str, currency: str, on: date) -> Decimal:
    """Debit less credit of the account with this purpose at the end of the day `on`."""
    return JournalLine.objects.filter(
        account__purpose=purpose, entry__currency=currency, entry__posted_on__lte=on
    ).aggregate(
        net=Coalesce(Sum("debit_amount"), _NOTHING) - Coalesce(Sum("credit_amount"), _NOTHING),
    )["net"]


def account_lines(
    account: Account, *, first: date | None, last: date, currency: str = ""
) -> QuerySet[JournalLine]:
    """The lines that make up an account's balance, the latest first, with their entries, clients and projects."""
    span = Q(entry__posted_on__lte=last)
    if first is not None:
        span &= Q(entry__posted_on__gte=first)
    if currency:
        span &= Q(entry__currency=currency)
    return (
        JournalLine.objects.filter(span, account=account)
        .select_related("entry", "client", "project")
        .order_by("-entry__posted_on", "-id")
    )
