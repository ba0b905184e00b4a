"""When periods that come again and again are billed, and what one of them costs. Pure: no database, no clock.

A shorter first or last period costs its share of the days where the terms say so.
"""

from datetime import date
from decimal import Decimal
from itertools import islice, takewhile

from core.cycles import Cycle, Span, spans
from core.money import round_amount
from core.periods import add_months


def due_on(span: Span, *, in_advance: bool) -> date:
    """When a period is billed: on its first day, or on its last."""
    return span.first if in_advance else span.last


def due_spans(cycle: Cycle, on: date, *, in_advance: bool) -> list[Span]:
    """The periods that are to be billed by the day `on`, in order."""
    return list(takewhile(lambda span: due_on(span, in_advance=in_advance) <= on, spans(cycle)))


def next_dates(cycle: Cycle, after: date, *, in_advance: bool, number: int = 12) -> list[date]:
    """The next days after `after` on which a period is billed; fewer where the cycle ends."""
    days = (due_on(span, in_advance=in_advance) for span in spans(cycle))
    return list(islice((day for day in days if day > after), number))


def price_on(amount: Decimal, escalator_percent: Decimal, cycle: Cycle, on: date, currency: str) -> Decimal:
    """The price of a whole period that begins on `on`: each full year since the start adds the escalator to the price
    of the year before, rounded half-up each time, as the client sees it."""
    years = max(on.year - cycle.starts_on.year, 0)
    if years and add_months(cycle.starts_on, 12 * years) > on:
        years -= 1
    for _ in range(years if escalator_percent else 0):
        amount = round_amount(amount * (100 + escalator_percent) / 100, currency)
    return amount


def amount_of(span: Span, price: Decimal, currency: str, *, prorates: bool) -> Decimal:
    """What a period costs: its share of the days of a whole one where the terms prorate, rounded once."""
    if span.is_whole or not prorates:
        return price
    return round_amount(price * span.days / span.whole_days, currency)
