"""Periods of submission: what is submitted together. The grid shows weeks, whatever the period."""

from collections.abc import Iterable
from datetime import date

from core.periods import ONE_DAY, Period, month_of, week_of
from staffing.required import WorkDay
from timesheets.models import TimeRules

Kind = TimeRules.PeriodKind
# The first half of a month ends on this day.
MID_MONTH = 15
# Spans of more days are quarters.
LONGEST_BELOW_A_QUARTER = 31


def period_of(rules: TimeRules, on: date) -> Period:
    """The period of submission that holds the day. No statement."""
    match rules.period_kind:
        case Kind.MONTHLY:
            return month_of(on)
        case Kind.SEMI_MONTHLY:
            month = month_of(on)
            middle = on.replace(day=MID_MONTH)
            return Period(month.first, middle) if on <= middle else Period(middle + ONE_DAY, month.last)
        case Kind.QUARTERLY:
            start = on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)
            return Period(start, month_of(start.replace(month=start.month + 2)).last)
        case Kind.BIWEEKLY:
            return _fortnight(rules, on)
        case _:
            return week_of(on, rules.week_starts_on)


def _fortnight(rules: TimeRules, on: date) -> Period:
    """Two weeks, counted from the week that holds `biweekly_from`, backwards too."""
    week = week_of(on, rules.week_starts_on)
    start = week_of(rules.biweekly_from, rules.week_starts_on).first
    is_second = (week.first - start).days // 7 % 2 == 1
    return Period(week.previous().first, week.last) if is_second else Period(week.first, week.next().last)


def previous_period(rules: TimeRules, period: Period) -> Period:
    """The period before. Half months differ in length, so the day before decides."""
    return period_of(rules, period.first - ONE_DAY)


def next_period(rules: TimeRules, period: Period) -> Period:
    """The period after."""
    return period_of(rules, period.last + ONE_DAY)


def periods_between(rules: TimeRules, first: date, last: date) -> list[Period]:
    """All periods that hold a day from `first` to `last`, both included, the first first."""
    found = [period_of(rules, first)]
    while found[-1].last < last:
        found.append(next_period(rules, found[-1]))
    return found


def period_words(period: Period) -> str:
    """What a person calls it: `week of 23 Nov`, `November 2026`, `1 – 15 Nov 2026`, `Q4 2026`."""
    if period.kind == "week":
        return f"week of {period.first.day} {period.first:%b}"
    if period.kind == "month":
        return f"{period.first:%B %Y}"
    if len(period) > LONGEST_BELOW_A_QUARTER:
        return f"Q{(period.first.month + 2) // 3} {period.first.year}"
    is_one_month = period.first.month == period.last.month
    start = f"{period.first.day}" if is_one_month else f"{period.first.day} {period.first:%b}"
    return f"{start} – {period.last.day} {period.last:%b %Y}"


def needs_submission(workdays: Iterable[WorkDay]) -> bool:
    """Whether anything is to be worked in a period: not when leave and holidays cover all of it."""
    return any(day.required_minutes for day in workdays)
