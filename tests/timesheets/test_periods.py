"""Periods of submission: whole weeks, fortnights, half months, months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import Period
from staffing.required import WorkDay
from timesheets.models import TimeRules
from timesheets.periods import (
    needs_submission,
    next_period,
    period_of,
    period_words,
    periods_between,
    previous_period,
)

Kind = TimeRules.PeriodKind


@pytest.mark.parametrize(
    ("kind", "on", "first", "last", "words"),
    [
        (Kind.WEEKLY, "2026-11-25", "2026-11-23", "2026-11-29", "week of 23 Nov"),
        (Kind.BIWEEKLY, "2026-11-25", "2026-11-16", "2026-11-29", "16 – 29 Nov 2026"),
        (Kind.BIWEEKLY, "2023-12-27", "2023-12-18", "2023-12-31", "18 – 31 Dec 2023"),
        (Kind.SEMI_MONTHLY, "2026-02-15", "2026-02-01", "2026-02-15", "1 – 15 Feb 2026"),
        (Kind.SEMI_MONTHLY, "2028-02-16", "2028-02-16", "2028-02-29", "16 – 29 Feb 2028"),
        (Kind.MONTHLY, "2026-11-30", "2026-11-01", "2026-11-30", "November 2026"),
        (Kind.QUARTERLY, "2026-11-30", "2026-10-01", "2026-12-31", "Q4 2026"),
        (Kind.QUARTERLY, "2028-02-29", "2028-01-01", "2028-03-31", "Q1 2028"),
    ],
)
def test_the_period_of_a_day(kind: str, on: str, first: str, last: str, words: str) -> None:
    rules = TimeRules(period_kind=kind)
    period = period_of(rules, date.fromisoformat(on))
    assert (str(period.first), str(period.last)) == (first, last)
    assert period_words(period) == words


def test_a_fortnight_across_months_names_both() -> None:
    assert period_words(Period(date(2026, 11, 30), date(2026, 12, 13))) == "30 Nov – 13 Dec 2026"


@given(
    st.sampled_from(list(Kind.values)),
    st.integers(0, 6),
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(1, 400),
)
def test_periods_cover_every_day_once(kind: str, starts_on: int, first: date, length: int) -> None:
    rules = TimeRules(period_kind=kind, week_starts_on=starts_on)
    last = first + timedelta(days=length)
    periods = periods_between(rules, first, last)
    days = [day for period in periods for day in period]
    assert days == Period(days[0], days[-1]).days()
    assert days[0] <= first
    assert days[-1] >= last
    for period in periods:
        assert all(period_of(rules, day) == period for day in period)
        assert previous_period(rules, next_period(rules, period)) == period


def test_nothing_needs_to_be_submitted_where_nothing_is_to_be_worked() -> None:
    day = date(2026, 11, 25)
    assert needs_submission([WorkDay(day, 480)])
    assert needs_submission([WorkDay(day, 480, leave_minutes=240, leave_name="Vacation")])
    assert not needs_submission([WorkDay(day, 480, "Thanksgiving"), WorkDay(day, 480, leave_minutes=480)])
