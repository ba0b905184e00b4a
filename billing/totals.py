"""What an invoice adds up to. Pure arithmetic.

Lines are rounded already. Each tax is rounded once, on the sum of the taxable lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, round_amount


@dataclass(frozen=True)
class Taxable:
    """What counts of a line."""

    amount: Decimal
    is_taxable: bool = True


@dataclass(frozen=True)
class TaxRate:
    """A tax in percent of the net amount."""

    tax_code_id: int
    name: str
    rate_percent: Decimal


@dataclass(frozen=True)
class Tax:
    """A tax and what it comes to."""

    rate: TaxRate
    base_amount: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Totals:
    """Net, taxes and gross amount of an invoice."""

    subtotal_amount: Decimal
    taxes: list[Tax]

    @property
    def tax_amount(self) -> Decimal:
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def total_amount(self) -> Decimal:
        return self.subtotal_amount + self.tax_amount


def add_up(lines: Iterable[Taxable], rates: Iterable[TaxRate], currency: str) -> Totals:
    """The totals of lines under tax rates. Half-up, to the currency's places."""
    lines = list(lines)
    base = sum((line.amount for line in lines if line.is_taxable), ZERO)
    return Totals(
        sum((line.amount for line in lines), ZERO),
        [Tax(rate, base, round_amount(base * rate.rate_percent / 100, currency)) for rate in rates],
    )
