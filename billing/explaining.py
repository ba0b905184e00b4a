"""Why a line comes to its amount: the hours, the rates and where they come from, the people, the adjustment."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import BilledTime, Invoice, InvoiceLine
from billing.pricing.time_and_materials import amount_of
from core.money import ZERO


@dataclass(frozen=True)
class RateUsed:
    """A rate, where it comes from in words, and how many minutes it priced. Work that a fee covers may have none."""

    rate_amount: Decimal | None
    source: str
    minutes: int


@dataclass(frozen=True)
class PersonShare:
    """What one person's work on the line comes to."""

    name: str
    minutes: int
    amount: Decimal


@dataclass(frozen=True)
class Why:
    """The whole explanation. `amount` = `computed_amount` + `adjustment_amount`."""

    line: InvoiceLine
    entries: list[BilledTime]
    rates: list[RateUsed]
    people: list[PersonShare]
    # What the hours come to at their rates; under a fee the difference to it is its write-up or write-down.
    standard_amount: Decimal

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.entries)

    @property
    def first_on(self) -> date | None:
        return min((row.entry.worked_on for row in self.entries), default=None)

    @property
    def last_on(self) -> date | None:
        return max((row.entry.worked_on for row in self.entries), default=None)

    @property
    def adjustment_amount(self) -> Decimal:
        return self.line.amount - self.line.computed_amount

    @property
    def is_fee(self) -> bool:
        """Whether a fee makes the amount, not the hours attached to it."""
        return bool(self.line.work_key) and not self.line.minutes

    @property
    def fee_difference(self) -> Decimal:
        """What the fee is above the hours at their rates; below zero it is less."""
        return self.line.computed_amount - self.standard_amount


def why(line: InvoiceLine) -> Why:
    """Explains a line from what was billed when it was drafted, even if rates changed since. Two statements."""
    rows = list(
        BilledTime.objects.filter(line=line)
        .select_related("entry__staff", "entry__task")
        .order_by("entry__worked_on", "entry_id")
    )
    currency = Invoice.objects.values_list("currency", flat=True).get(pk=line.invoice_id)
    rates: dict[tuple[Decimal | None, str], int] = {}
    people: dict[str, tuple[int, Decimal]] = {}
    for row in rows:
        key = (row.rate_amount, row.rate_source)
        rates[key] = rates.get(key, 0) + row.minutes
        minutes, amount = people.get(row.entry.staff.name, (0, Decimal(0)))
        people[row.entry.staff.name] = (minutes + row.minutes, amount + row.amount)
    return Why(
        line,
        rows,
        [
            RateUsed(rate, source, minutes)
            for (rate, source), minutes in sorted(rates.items(), key=_dearest_first, reverse=True)
        ],
        sorted(
            (PersonShare(name, minutes, amount) for name, (minutes, amount) in people.items()),
            key=lambda share: -share.amount,
        ),
        sum(
            (amount_of(row.minutes, row.rate_amount or ZERO, currency, line.rate_minutes) for row in rows),
            ZERO,
        ),
    )


def _dearest_first(used: tuple[tuple[Decimal | None, str], int]) -> tuple[bool, Decimal, str, int]:
    (rate, source), minutes = used
    return rate is not None, rate or ZERO, source, minutes
