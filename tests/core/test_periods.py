"""Weeks and months, their neighbours and their words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import Period, month_of, week_of

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def test_a_week_starts_on_the_firms_day() -> None:
    wednesday = date(2026, 11, 25)
    assert week_of(wednesday) == Period(date(2026, 11, 23), date(2026, 11, 29), "week")
    assert week_of(wednesday, starts_on=6) == Period(date(2026, 11, 22), date(2026, 11, 28), "week")
    assert week_of(date(2026, 11, 22), starts_on=6).first == date(2026, 11, 22)


def test_months_and_their_neighbours() -> None:
    january = month_of(date(2028, 1, 31))
    assert january.next() == Period(date(2028, 2, 1), date(2028, 2, 29), "month")
    assert january.previous() == Period(date(2027, 12, 1), date(2027, 12, 31), "month")
    assert len(january) == 31


def test_a_span_moves_by_its_own_length() -> None:
    ten = Period(date(2026, 1, 1), date(2026, 1, 10))
    assert ten.next() == Period(date(2026, 1, 11), date(2026, 1, 20))
    assert ten.previous().last == date(2025, 12, 31)


def test_overlaps() -> None:
    week, month = week_of(date(2026, 11, 30)), month_of(date(2026, 12, 1))
    assert week.overlap(month) == Period(date(2026, 12, 1), date(2026, 12, 6))
    assert week.previous().overlap(month) is None
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (week_of(date(2026, 11, 25)), "Nov 23 – 29, 2026"),
        (week_of(date(2026, 11, 30)), "Nov 30 – Dec 6, 2026"),
        (week_of(date(2026, 12, 31)), "Dec 28, 2026 – Jan 3, 2027"),
        (month_of(date(2026, 11, 25)), "November 2026"),
        (Period(date(2026, 11, 25), date(2026, 11, 25)), "Nov 25, 2026"),
    ],
)
def test_labels(period: Period, label: str) -> None:
    assert period.label() == label


@given(DAYS, st.integers(0, 6))
def test_weeks_tile_the_calendar(day: date, starts_on: int) -> None:
    week = week_of(day, starts_on)
    assert day in week
    assert week.first.weekday() == starts_on
    assert week.days() == list(week) == [week.first + timedelta(days=number) for number in range(7)]
    assert week.next().previous() == week
    assert week.next().first == week.last + timedelta(days=1)


@given(DAYS)
def test_months_tile_the_calendar(day: date) -> None:
    month = month_of(day)
    assert day in month
    assert month.next().first == month.last + timedelta(days=1)
    assert month.next().previous() == month
