"""Periods: weeks, months and other spans of whole days, both ends included."""

import zoneinfo
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Self

ONE_DAY = timedelta(days=1)

Kind = Literal["week", "month", "span"]


@dataclass(frozen=True, order=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date
    kind: Kind = "span"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it starts ({self.first})")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return iter(self.days())

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def days(self) -> list[date]:
        """Every day, the first first."""
        return [self.first + ONE_DAY * number for number in range(len(self))]

    def next(self) -> "Period":
        """The following week or month; for another span as many days as this one has."""
        if self.kind == "month":
            return month_of(self.last + ONE_DAY)
        return Period(self.last + ONE_DAY, self.last + ONE_DAY * len(self), self.kind)

    def previous(self) -> "Period":
        """The week or month before; for another span as many days as this one has."""
        if self.kind == "month":
            return month_of(self.first - ONE_DAY)
        return Period(self.first - ONE_DAY * len(self), self.first - ONE_DAY, self.kind)

    def overlap(self, other: Self) -> "Period | None":
        """The days that are in both, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None

    def label(self) -> str:
        """Words for people: `Nov 24 – 30, 2025`, `Dec 29, 2025 – Jan 4, 2026`, `November 2025`."""
        if self.kind == "month":
            return f"{self.first:%B %Y}"
        if self.first == self.last:
            return f"{_month_day(self.first)}, {self.first.year}"
        start = _month_day(self.first)
        if self.first.year != self.last.year:
            start += f", {self.first.year}"
        same_month = (self.first.year, self.first.month) == (
            self.last.year,
            self.last.month,
        )
        end = str(self.last.day) if same_month else _month_day(self.last)
        return f"{start} – {end}, {self.last.year}"


def _month_day(day: date) -> str:
    return f"{day:%b} {day.day}"


def week_of(day: date, starts_on: int = 0) -> Period:
    """The week that holds `day`; `starts_on` is its first weekday (0 Monday to 6 Sunday)."""
    first = day - timedelta(days=(day.weekday() - starts_on) % 7)
    return Period(first, first + timedelta(days=6), "week")


def month_of(day: date) -> Period:
    """The calendar month that holds `day`."""
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), "month")


def add_months(day: date, months: int, *, anchor_day: int | None = None) -> date:
    """The same day so many months later, or the month's last where it is shorter."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(anchor_day or day.day, monthrange(year, month + 1)[1]))


def date_in(zone: str, at: datetime) -> date:
    """The date of an instant in a time zone, such as a legal entity's for its documents."""
    return at.astimezone(zoneinfo.ZoneInfo(zone)).date()
