"""Periods that come again and again, and what one of them costs. Pure: no database, no clock.

A period begins on the anchor day of its month (or weekday of its week). What starts or ends between two anchors gets
a shorter first or last period, at its share of the days where the terms say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count, islice, takewhile

from core.money import round_amount
from core.periods import ONE_DAY, add_months


class Frequency(StrEnum):
    """How often. Weekly ones have a weekday as their anchor, all others a day of the month."""

    WEEKLY = "WEEKLY"
    BIWEEKLY = "BIWEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    SEMIANNUAL = "SEMIANNUAL"
    ANNUAL = "ANNUAL"


MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.SEMIANNUAL: 6, Frequency.ANNUAL: 12}
DAYS = {Frequency.WEEKLY: 7, Frequency.BIWEEKLY: 14}


@dataclass(frozen=True)
class Cycle:
    """`anchor_day`: 1 to 31 for months (a shorter month has its last day instead), 1 Monday to 7 Sunday for weeks."""

    frequency: str
    anchor_day: int
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Span:
    """A period within the cycle: its own days, and how many the whole one would have."""

    index: int
    first: date
    last: date
    whole_days: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_whole(self) -> bool:
        return self.days == self.whole_days

    @property
    def key(self) -> str:
        """Names the period, once for each cycle: 2026-11-01."""
        return self.first.isoformat()


def spans(cycle: Cycle) -> Iterator[Span]:
    """All periods of the cycle, the first first; without an end if it has none."""
    for index in count():
        begin, following = _begin(cycle, index), _begin(cycle, index + 1)
        first, last = max(begin, cycle.starts_on), following - ONE_DAY
        if cycle.ends_on is not None:
            last = min(last, cycle.ends_on)
        if last < first:
            return
        yield Span(index, first, last, (following - begin).days)


def _begin(cycle: Cycle, index: int) -> date:
    """The day on which the whole period begins, of which the first holds `starts_on`."""
    start = cycle.starts_on
    if cycle.frequency in DAYS:
        monday = start - timedelta(days=(start.isoweekday() - cycle.anchor_day) % 7)
        return monday + timedelta(days=DAYS[Frequency(cycle.frequency)] * index)
    step = MONTHS[Frequency(cycle.frequency)]
    first = add_months(start, 0, anchor_day=cycle.anchor_day)
    back = 1 if first > start else 0
    return add_months(start, step * index - back, anchor_day=cycle.anchor_day)


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
