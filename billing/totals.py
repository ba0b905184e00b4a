"""What an invoice adds up to: discounts first, then taxes. Pure arithmetic, to the cent.

Lines are priced and rounded already. A line's own discount comes off it, then the invoice's, shared by what the lines
come to then. What is left is taxed by the line's tax code: one or several charges, each rounded once for the invoice or
once for each line, as the firm chose. A compound charge is taken of the net amount and the charges before it. Where
prices contain the tax, the net amount is rounded once and the rest of the price is the tax.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, allocate, round_amount

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Charge:
    """One tax of a code, in percent, at its rate of the day."""

    component_id: int
    name: str
    rate_percent: Decimal
    # Taken of the net amount and the charges before it.
    is_compound: bool = False


@dataclass(frozen=True)
class Levy:
    """A tax code: its charges in their order, on top of the price or contained in it."""

    code_id: int
    charges: tuple[Charge, ...]
    is_inclusive: bool = False

    def factors(self) -> list[Decimal]:
        """Each charge as a part of the net amount: 5 % and a compound 10 % are 0.05 and 0.105."""
        found: list[Decimal] = []
        for charge in self.charges:
            whole = 1 + sum(found, ZERO) if charge.is_compound else Decimal(1)
            found.append(charge.rate_percent * whole / HUNDRED)
        return found


@dataclass(frozen=True)
class Off:
    """A discount: a percentage, or an amount. Exactly one of them."""

    percent: Decimal | None = None
    amount: Decimal | None = None

    def of(self, price: Decimal, currency: str) -> Decimal:
        """What comes off a price: rounded once, never more than it, nothing where it is not above zero."""
        if price <= 0:
            return ZERO
        wanted = self.amount if self.percent is None else price * self.percent / HUNDRED
        return min(round_amount(wanted or ZERO, currency), price)


@dataclass(frozen=True)
class Taxable:
    """What counts of a line: its amount before discounts, its tax code if it has one, and its own discount."""

    amount: Decimal
    levy: Levy | None = None
    off: Off | None = None


@dataclass(frozen=True)
class Share:
    """What a line bears: its own discount, its part of the invoice's, and the tax that its price contains."""

    own_discount_amount: Decimal
    discount_amount: Decimal
    included_tax_amount: Decimal


@dataclass(frozen=True)
class Tax:
    """One charge and what it comes to; `base_amount` is what it was taken of."""

    levy: Levy
    charge: Charge
    base_amount: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Totals:
    """The sums of an invoice: subtotal − discounts + taxes that are not in the prices = total."""

    subtotal_amount: Decimal
    shares: list[Share]
    taxes: list[Tax]

    @property
    def discount_amount(self) -> Decimal:
        """What all discounts take off."""
        return sum((share.discount_amount for share in self.shares), ZERO)

    @property
    def tax_amount(self) -> Decimal:
        """All taxes, contained in the prices or not."""
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def included_tax_amount(self) -> Decimal:
        """The taxes that the prices contain."""
        return sum((tax.amount for tax in self.taxes if tax.levy.is_inclusive), ZERO)

    @property
    def total_amount(self) -> Decimal:
        return self.subtotal_amount - self.discount_amount + self.tax_amount - self.included_tax_amount


def add_up(
    lines: Iterable[Taxable], currency: str, *, off: Off | None = None, rounds_lines: bool = False
) -> Totals:
    """The totals of lines less their discounts and the invoice's, `off`, with taxes. Half-up, to the currency's places.

    With `rounds_lines` each charge is rounded for each line, else once for the invoice. Source: product.md 1.8.2 Taxes.
    """
    lines = list(lines)
    own = [line.off.of(line.amount, currency) if line.off else ZERO for line in lines]
    common = _shared(off, [line.amount - mine for line, mine in zip(lines, own, strict=True)], currency)
    discounts = [mine + ours for mine, ours in zip(own, common, strict=True)]
    prices = [line.amount - discount for line, discount in zip(lines, discounts, strict=True)]
    included = [ZERO] * len(lines)
    taxes: list[Tax] = []
    for levy, places in _by_levy(lines).items():
        parts = [prices[place] for place in places]
        taxes += _taxes(levy, parts if rounds_lines else [sum(parts, ZERO)], currency)
        if levy.is_inclusive:
            contained = _contained(levy, parts, currency, rounds_lines=rounds_lines)
            for place, amount in zip(places, contained, strict=True):
                included[place] = amount
    return Totals(
        sum((line.amount for line in lines), ZERO),
        [Share(*each) for each in zip(own, discounts, included, strict=True)],
        taxes,
    )


def spread(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """An amount over prices, to the cent; over prices that cancel out it is nothing."""
    if not sum(weights, ZERO):
        return [ZERO] * len(weights)
    return allocate(total, weights, currency)


def _shared(off: Off | None, prices: list[Decimal], currency: str) -> list[Decimal]:
    whole = sum(prices, ZERO)
    return spread(off.of(whole, currency) if off else ZERO, prices, currency)


def _by_levy(lines: list[Taxable]) -> dict[Levy, list[int]]:
    """Which lines each code taxes, codes in the order of their first line."""
    found: dict[Levy, list[int]] = {}
    for place, line in enumerate(lines):
        if line.levy is not None:
            found.setdefault(line.levy, []).append(place)
    return found


def _taxes(levy: Levy, prices: list[Decimal], currency: str) -> list[Tax]:
    """The charges on prices, each price rounded on its own."""
    rows = [_charges(levy, price, currency) for price in prices]
    return [
        Tax(
            levy, charge, sum((base for base, _ in column), ZERO), sum((amount for _, amount in column), ZERO)
        )
        for charge, column in zip(levy.charges, zip(*rows, strict=True), strict=True)
    ]


def _charges(levy: Levy, price: Decimal, currency: str) -> list[tuple[Decimal, Decimal]]:
    """What each charge is taken of, and what it comes to."""
    if levy.is_inclusive:
        net = _net(levy, price, currency)
        amounts = allocate(price - net, levy.factors(), currency)
    else:
        net, amounts = price, []
    found: list[tuple[Decimal, Decimal]] = []
    for place, charge in enumerate(levy.charges):
        base = net + sum((amount for _, amount in found), ZERO) if charge.is_compound else net
        amount = amounts[place] if amounts else round_amount(base * charge.rate_percent / HUNDRED, currency)
        found.append((base, amount))
    return found


def _net(levy: Levy, price: Decimal, currency: str) -> Decimal:
    return round_amount(price / (1 + sum(levy.factors(), ZERO)), currency)


def _contained(levy: Levy, prices: list[Decimal], currency: str, *, rounds_lines: bool) -> list[Decimal]:
    """The tax within each price; together what the charges come to."""
    if rounds_lines:
        return [price - _net(levy, price, currency) for price in prices]
    whole = sum(prices, ZERO)
    return spread(whole - _net(levy, whole, currency), prices, currency)
