"""What a person has of one kind of leave: granted, earned, carried over, taken, expired. Pure arithmetic in minutes.

A year's allowance is shared out by days of employment: exactly, with one half-up rounding for each grant; what is
earned by months is rounded on the sum since the year began, so that twelve months are the allowance to the minute.
Leave uses up what was carried over first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter

from core.periods import ONE_DAY, Period, month_of
from staffing.leave_years import leave_year, months_of

WORKDAYS_OF_A_WEEK = 5


class Kind(StrEnum):
    """Why a balance changes."""

    CARRIED = "carried"
    GRANTED = "granted"
    ACCRUED = "accrued"
    ADJUSTED = "adjusted"
    TAKEN = "taken"
    WAITING = "waiting"
    EXPIRED = "expired"


# On one day what is added comes before what is taken, and what expires at its end comes last.
ORDER = {kind: place for place, kind in enumerate(Kind)}
USES = (Kind.TAKEN, Kind.WAITING)


@dataclass(frozen=True)
class Terms:
    """The rules of a kind of leave. Of the two allowances the days (a fifth of the person's week each) come first."""

    is_yearly: bool = False
    is_monthly: bool = False
    allowance_days: Fraction = Fraction(0)
    allowance_minutes: int = 0
    begins_month: int = 1
    # None is without limit, and for ever.
    carry_limit_minutes: int | None = None
    carry_months: int | None = None

    def year_minutes(self, week_minutes: int) -> Fraction:
        """What a whole year brings somebody who works so many minutes a week."""
        if self.allowance_days:
            return self.allowance_days * week_minutes / WORKDAYS_OF_A_WEEK
        return Fraction(self.allowance_minutes)


@dataclass(frozen=True)
class Stretch:
    """Days, both included, with the same minutes a week."""

    first: date
    last: date
    week_minutes: int


@dataclass(frozen=True)
class Movement:
    """One change of a balance, with its sign. `request_id` names the leave that was taken or waits."""

    on: date
    kind: Kind
    minutes: int
    words: str = ""
    request_id: int | None = None


def half_up(exact: Fraction) -> int:
    """Whole minutes; a half goes up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def share(terms: Terms, stretches: Sequence[Stretch], part: Period, days: int) -> Fraction:
    """What the days of `part` bring, when a year's allowance is spread over `days` days."""
    found = Fraction(0)
    for stretch in stretches:
        first, last = max(stretch.first, part.first), min(stretch.last, part.last)
        if first <= last:
            found += terms.year_minutes(stretch.week_minutes) * ((last - first).days + 1) / days
    return found


def grants(terms: Terms, stretches: Sequence[Stretch], year: Period) -> list[Movement]:
    """What one leave year brings: at once on its first day of employment, or at the end of each month."""
    employed = [
        (max(stretch.first, year.first), min(stretch.last, year.last))
        for stretch in stretches
        if stretch.first <= year.last and stretch.last >= year.first
    ]
    if not employed:
        return []
    if terms.is_yearly:
        minutes = half_up(share(terms, stretches, year, len(year)))
        return [Movement(employed[0][0], Kind.GRANTED, minutes)] if minutes else []
    return _earned(terms, stretches, year, employed[-1][1]) if terms.is_monthly else []


def _earned(terms: Terms, stretches: Sequence[Stretch], year: Period, last: date) -> list[Movement]:
    exact, credited, found = Fraction(0), 0, []
    for month in months_of(year):
        exact += share(terms, stretches, month, len(month)) / 12
        minutes = half_up(exact) - credited
        if minutes:
            found.append(Movement(min(month.last, last), Kind.ACCRUED, minutes, f"{month.first:%B}"))
        credited += minutes
    return found


def movements(
    terms: Terms, stretches: Sequence[Stretch], given: Iterable[Movement], through: date
) -> list[Movement]:
    """All changes of a balance until `through`, in their order.

    Each leave year begins with what was carried into it, so that the sum within a year is the balance (`running`).
    `given` are corrections and leave, with their signs; those before the first stretch do not count. At the end of a
    leave year what is more than may be carried over expires; what was carried over expires after its months.
    """
    if not stretches:
        return []
    ordered = sorted(
        (each for each in given if stretches[0].first <= each.on <= through), key=attrgetter("on")
    )
    found: list[Movement] = []
    year, carried = leave_year(stretches[0].first, terms.begins_month), 0
    while year.first <= through:
        inside = [each for each in ordered if each.on in year]
        made = _year(terms, year, carried, [*grants(terms, stretches, year), *inside])
        found += made
        left = sum(each.minutes for each in made)
        carried, year = left, leave_year(year.last + ONE_DAY, terms.begins_month)
    return [each for each in found if each.on <= through]


def running(found: Iterable[Movement]) -> list[tuple[Movement, int]]:
    """Each movement with the balance after it."""
    told, balance = [], 0
    for each in found:
        # What is carried over is what the year before ended with.
        balance = each.minutes + (0 if each.kind == Kind.CARRIED else balance)
        told.append((each, balance))
    return told


def _year(terms: Terms, year: Period, carried: int, inside: Sequence[Movement]) -> list[Movement]:
    """One year: what it begins with, what happens, what expires."""
    begun = [Movement(year.first, Kind.CARRIED, carried)] if carried else []
    found = [*begun, *sorted(inside, key=lambda each: (each.on, ORDER[each.kind]))]
    ends_on = carried_until(terms, year)
    if carried > 0 and ends_on is not None:
        before = [each for each in found if each.on <= ends_on]
        used = -sum(each.minutes for each in before if each.kind in USES)
        unused = min(carried - used, sum(each.minutes for each in before))
        if unused > 0:
            expired = Movement(ends_on, Kind.EXPIRED, -unused, "carried over and not used in time")
            found = [*before, expired, *(each for each in found if each.on > ends_on)]
    left = sum(each.minutes for each in found)
    if terms.carry_limit_minutes is not None and left > terms.carry_limit_minutes:
        lost = left - terms.carry_limit_minutes
        found.append(Movement(year.last, Kind.EXPIRED, -lost, "more than is carried over"))
    return found


def carried_until(terms: Terms, year: Period) -> date | None:
    """The last day on which what was carried into the year can be used; None for ever."""
    if terms.carry_months is None:
        return None
    month = month_of(year.first)
    for _ in range(terms.carry_months - 1):
        month = month.next()
    return month.last
