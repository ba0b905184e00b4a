"""What an expense comes to: its amount, its worth in the report's currency, and what the client pays. No database."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, format_number, format_rate, round_amount
from timesheets.models import ExpenseMarkup, ExpenseRate

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Exchange:
    """So many units of one currency for one of another, and where the rate is from."""

    rate: Decimal
    source: str
    by_name: str = ""


@dataclass(frozen=True)
class Price:
    """What the client pays, and why so, in words."""

    amount: Decimal
    source: str


def unit_amount(quantity: Decimal, cost_amount: Decimal, currency: str) -> Decimal:
    """Quantity × cost of a unit, rounded once, half-up: 3 × 0.485 is 1.46 USD."""
    return round_amount(quantity * cost_amount, currency)


def converted(amount: Decimal, exchange: Exchange, currency: str) -> Decimal:
    """The amount in `currency`, rounded once to its places."""
    return round_amount(amount * exchange.rate, currency)


def markup_for(
    markups: Iterable[ExpenseMarkup], *, code_id: int, client_id: int, project_id: int
) -> ExpenseMarkup | None:
    """The one that counts: of the project, else of its client, else of the code.

    Within each, the one for this very code goes before the one for any code.
    """
    ranked = []
    for markup in markups:
        fits = (
            markup.code_id in (None, code_id)
            and markup.client_id in (None, client_id)
            and markup.project_id in (None, project_id)
        )
        if fits:
            place = 0 if markup.project_id else 1 if markup.client_id else 2
            ranked.append(((place, markup.code_id is None, markup.pk or 0), markup))
    return min(ranked, key=lambda each: each[0])[1] if ranked else None


def price_of_units(quantity: Decimal, rate: ExpenseRate, exchange: Exchange, currency: str) -> Price | None:
    """Quantity × billing price of a unit, in the client's currency, rounded once; None where no price is set."""
    if rate.billing_amount is None:
        return None
    amount = round_amount(quantity * rate.billing_amount * exchange.rate, currency)
    words = f"{format_rate(rate.billing_amount.normalize(), rate.currency)} a {rate.code.unit or 'unit'}"
    return Price(amount, f"{words} since {rate.starts_on.day} {rate.starts_on:%b %Y}{_at(exchange)}")


def price_of_cost(
    cost: Decimal, markup: ExpenseMarkup | None, whose: str, exchange: Exchange, currency: str
) -> Price:
    """The cost in the client's currency with its markup, rounded once. `whose` names the markup's owner.

    A fixed markup is in the client's currency and added to each line.
    """
    worth = cost * exchange.rate
    if markup is None:
        return Price(round_amount(worth, currency), f"At cost{_at(exchange)}")
    if markup.kind == ExpenseMarkup.Kind.PERCENT:
        amount = round_amount(worth * (HUNDRED + markup.value) / HUNDRED, currency)
        words = f"Cost plus {_plain(markup.value)} %"
    else:
        amount = round_amount(worth + markup.value, currency)
        words = f"Cost plus {format_rate(markup.value.normalize(), currency)}"
    return Price(amount, f"{words}, markup of {whose}{_at(exchange)}"[:240])


def _at(exchange: Exchange) -> str:
    if exchange.rate == 1:
        return ""
    return f", at {_plain(exchange.rate)} ({exchange.source})"


def _plain(value: Decimal) -> str:
    """Without zeros at the end: 10.0000 is 10, 1.0842000000 is 1.0842."""
    places = -value.normalize().as_tuple().exponent  # type: ignore[operator]
    return format_number(value, max(0, places))


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """Their sum; what is not known yet counts as nothing."""
    return sum((amount for amount in amounts if amount is not None), ZERO)
