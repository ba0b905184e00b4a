"""Periods that come again and again. Pure: no database, no clock.

A period begins on the anchor day of its month (or weekday of its week). What starts or ends between two anchors gets
a shorter first or last period.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count

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
# More periods than any contract has, and few enough that the last day is one that calendars know.
MOST_PERIODS = 1200


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


def last_day(cycle: Cycle, periods: int) -> date:
    """The last day of the cycle if it ends after so many periods; a shorter first one is one of them."""
    return _begin(cycle, periods) - ONE_DAY


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
