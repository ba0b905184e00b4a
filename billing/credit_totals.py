"""What a credit memo adds up to. Pure arithmetic.

Tax goes back at the rates of the invoice. What goes back of a tax is its share by all that is credited, rounded once,
less what went back before: all of an invoice credited in parts gives back its tax exactly, and never a cent more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.totals import Tax, Taxable, TaxRate, Totals
from core.money import ZERO, round_amount


@dataclass(frozen=True)
class Carried:
    """A tax of the invoice, and what credit memos gave back of its base and of itself before."""

    rate: TaxRate
    base_amount: Decimal
    amount: Decimal
    base_back: Decimal = ZERO
    back: Decimal = ZERO


def add_up_credit(lines: Iterable[Taxable], taxes: Sequence[Carried], currency: str) -> Totals:
    """The totals of credited lines with their share of the invoice's taxes. Half-up, to the currency's places."""
    lines = list(lines)
    base = sum((line.amount for line in lines if line.is_taxable), ZERO)
    found = [Tax(tax.rate, base, _share(tax, base, currency)) for tax in taxes]
    return Totals(sum((line.amount for line in lines), ZERO), [tax for tax in found if tax.base_amount])


def _share(tax: Carried, base: Decimal, currency: str) -> Decimal:
    if not tax.base_amount:
        return ZERO
    so_far = tax.base_back + base
    within = min(max(so_far, min(tax.base_amount, ZERO)), max(tax.base_amount, ZERO))
    return round_amount(tax.amount * within / tax.base_amount, currency) - tax.back
