"""What a credit memo adds up to. Pure arithmetic.

Discounts and taxes go back as they were on the invoice: the share of all that is credited so far, rounded once, less
what went back before. All of an invoice credited in parts gives back each of them exactly, and never a cent more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.totals import spread
from core.money import ZERO, round_amount


@dataclass(frozen=True)
class Carried:
    """A tax of the invoice, and what credit memos gave back of it before.

    `price_amount` is what the lines of its code come to after discounts, `base_amount` what the tax was taken of.
    """

    tax_code_id: int
    component_id: int
    name: str
    rate_percent: Decimal
    is_included: bool
    price_amount: Decimal
    base_amount: Decimal
    amount: Decimal
    price_back: Decimal = ZERO
    base_back: Decimal = ZERO
    back: Decimal = ZERO


@dataclass(frozen=True)
class Part:
    """A credited line: its amount, its share of the discounts, and the code that taxed it."""

    amount: Decimal
    discount_amount: Decimal = ZERO
    tax_code_id: int | None = None

    @property
    def price(self) -> Decimal:
        return self.amount - self.discount_amount


@dataclass(frozen=True)
class Back:
    """What goes back of one tax."""

    tax: Carried
    base_amount: Decimal
    amount: Decimal


@dataclass(frozen=True)
class CreditTotals:
    """Subtotal − discounts + taxes that were not in the prices = total. `included` is contained tax by line."""

    subtotal_amount: Decimal
    discount_amount: Decimal
    taxes: list[Back]
    included: list[Decimal]

    @property
    def tax_amount(self) -> Decimal:
        return sum((each.amount for each in self.taxes), ZERO)

    @property
    def included_tax_amount(self) -> Decimal:
        return sum(self.included, ZERO)

    @property
    def total_amount(self) -> Decimal:
        return self.subtotal_amount - self.discount_amount + self.tax_amount - self.included_tax_amount


def share_back(whole: Decimal, *, of: Decimal, so_far: Decimal, before: Decimal, currency: str) -> Decimal:
    """What of `whole` goes back when `so_far` of `of` is credited, `before` having gone back already."""
    if not of:
        return ZERO
    within = min(max(so_far, min(of, ZERO)), max(of, ZERO))
    return round_amount(whole * within / of, currency) - before


def add_up_credit(parts: Sequence[Part], taxes: Sequence[Carried], currency: str) -> CreditTotals:
    """The totals of credited lines with their share of the invoice's taxes. Half-up, to the currency's places."""
    prices: dict[int | None, Decimal] = {}
    for part in parts:
        prices[part.tax_code_id] = prices.get(part.tax_code_id, ZERO) + part.price
    found = [_back(tax, prices[tax.tax_code_id], currency) for tax in taxes if prices.get(tax.tax_code_id)]
    found = [each for each in found if each.tax.price_amount]
    return CreditTotals(
        sum((part.amount for part in parts), ZERO),
        sum((part.discount_amount for part in parts), ZERO),
        found,
        _included(parts, found, currency),
    )


def _back(tax: Carried, price: Decimal, currency: str) -> Back:
    so_far = tax.price_back + price
    base, amount = (
        share_back(whole, of=tax.price_amount, so_far=so_far, before=before, currency=currency)
        for whole, before in ((tax.base_amount, tax.base_back), (tax.amount, tax.back))
    )
    return Back(tax, base, amount)


def _included(parts: Sequence[Part], taxes: Sequence[Back], currency: str) -> list[Decimal]:
    """The tax that goes back within each line, together what goes back of the contained taxes."""
    found = [ZERO] * len(parts)
    within: dict[int, Decimal] = {}
    for each in taxes:
        if each.tax.is_included:
            code = each.tax.tax_code_id
            within[code] = within.get(code, ZERO) + each.amount
    for code, amount in within.items():
        places = [place for place, part in enumerate(parts) if part.tax_code_id == code]
        shares = spread(amount, [parts[place].price for place in places], currency)
        for place, share in zip(places, shares, strict=True):
            found[place] = share
    return found
