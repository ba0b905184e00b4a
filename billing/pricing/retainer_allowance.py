"""A retainer as an allowance: so many hours, or so much money, in each period for one price.

What is used comes first from what was carried over, oldest first, then from the period's own allowance; the rest is
overage, billed in arrears. Of what is left of the period's own allowance, at most the cap is carried over, for so many
periods; the rest is forfeited (breakage).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from core.money import ZERO, round_amount


@dataclass(frozen=True)
class Allowance:
    """The terms. `units` are minutes, or money; so are `used` and `rollover_cap`.

    `unit_size` is how many units the overage rate is for: 60 for a rate by the hour, 1 for money. A cap of None carries
    all that is left, a cap of zero nothing; `valid_periods` is for how many following periods it stays, None for ever.
    """

    units: Decimal
    price_amount: Decimal
    overage_rate: Decimal
    currency: str
    rollover_cap: Decimal | None = ZERO
    valid_periods: int | None = 1
    unit_size: int = 60


@dataclass(frozen=True)
class Settled:
    """One period: units in, used and left; money billed and earned."""

    rollover_in: Decimal
    available: Decimal
    used: Decimal
    overage: Decimal
    unused: Decimal
    rollover_out: Decimal
    forfeited: Decimal
    overage_amount: Decimal
    invoice_amount: Decimal
    revenue_amount: Decimal
    deferred_amount: Decimal


@dataclass(frozen=True)
class _Carried:
    units: Decimal
    periods_left: int | None


class Account:
    """The periods of an allowance in their order: what each has, uses and leaves to the next.

    What is billed is always what is earned and what stays deferred. Earned is what is used at the price of a unit,
    overage and breakage; what is carried over is deferred. Rounded once for each period: overage half-up, the deferred
    amount half-up, earned is the difference.
    """

    def __init__(self, terms: Allowance) -> None:
        self._terms = terms
        self._carried: Sequence[_Carried] = ()
        self._deferred = ZERO

    @property
    def rollover_in(self) -> Decimal:
        """What the next period begins with besides its own."""
        return sum((each.units for each in self._carried), ZERO)

    def settle(self, used: Decimal, *, units: Decimal, price_amount: Decimal) -> Settled:
        """The next period, with its own allowance and price: a short one has its share of both."""
        terms = replace(self._terms, units=units, price_amount=price_amount)
        period, self._carried = _period(terms, self._carried, used, self._deferred)
        self._deferred = period.deferred_amount
        return period


def settle(terms: Allowance, used: Iterable[Decimal]) -> list[Settled]:
    """Whole periods in turn, from the first."""
    account = Account(terms)
    return [account.settle(each, units=terms.units, price_amount=terms.price_amount) for each in used]


def overage_amount(terms: Allowance, units: Decimal) -> Decimal:
    """What so many units beyond the allowance cost, rounded once."""
    return round_amount(units * terms.overage_rate / terms.unit_size, terms.currency)


def _period(
    terms: Allowance, carried: Sequence[_Carried], used: Decimal, deferred: Decimal
) -> tuple[Settled, list[_Carried]]:
    rollover_in = sum((each.units for each in carried), ZERO)
    left, rest = [], used
    for each in carried:
        taken = min(each.units, rest)
        rest -= taken
        left.append(_Carried(each.units - taken, each.periods_left))
    own = min(terms.units, rest)
    overage = rest - own
    own_left = terms.units - own
    kept = own_left if terms.rollover_cap is None else min(own_left, terms.rollover_cap)
    onward = [*_aged(left), *([_Carried(kept, terms.valid_periods)] if terms.valid_periods != 0 else [])]
    onward = [each for each in onward if each.units > 0]
    rollover_out = sum((each.units for each in onward), ZERO)
    unused = own_left + sum((each.units for each in left), ZERO)
    extra = overage_amount(terms, overage)
    billed = terms.price_amount + extra
    still = _worth(terms, rollover_out)
    period = Settled(
        rollover_in=rollover_in,
        available=terms.units + rollover_in,
        used=used,
        overage=overage,
        unused=unused,
        rollover_out=rollover_out,
        forfeited=unused - rollover_out,
        overage_amount=extra,
        invoice_amount=billed,
        revenue_amount=billed + deferred - still,
        deferred_amount=still,
    )
    return period, onward


def _aged(carried: Iterable[_Carried]) -> list[_Carried]:
    """What was carried into the period and may be carried out of it again."""
    return [
        _Carried(each.units, None if each.periods_left is None else each.periods_left - 1)
        for each in carried
        if each.periods_left is None or each.periods_left > 1
    ]


def _worth(terms: Allowance, units: Decimal) -> Decimal:
    """Units at the price of one of the allowance."""
    if not terms.units:
        return ZERO
    exact = Fraction(terms.price_amount) * Fraction(units) / Fraction(terms.units)
    return round_amount(Decimal(exact.numerator) / Decimal(exact.denominator), terms.currency)
