"""Rounding of billable minutes: tables of literal minutes and cents, and as a property."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.rounding import NOT_ROUNDED, Rounding, price_together, rounded, spread
from billing.pricing.terms import NOTHING_YET, Terms
from billing.pricing.time_and_materials import charges
from billing.pricing.work import Work

DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("minutes", "unit", "mode", "minimum", "expected"),
    [
        (90, 15, "UP", 0, 90),  # acceptance 10: an exact multiple stays
        (91, 15, "UP", 0, 105),
        (1, 15, "UP", 0, 15),
        (89, 15, "UP", 0, 90),
        (90, 15, "DOWN", 0, 90),
        (104, 15, "DOWN", 0, 90),
        (14, 15, "DOWN", 0, 0),
        (97, 15, "NEAREST", 0, 90),
        (98, 15, "NEAREST", 0, 105),
        (7, 15, "NEAREST", 0, 0),
        (8, 15, "NEAREST", 0, 15),
        (15, 30, "NEAREST", 0, 30),
        (14, 30, "NEAREST", 0, 0),
        (3, 6, "NEAREST", 0, 6),
        (2, 5, "NEAREST", 0, 0),
        (3, 5, "NEAREST", 0, 5),
        (61, 10, "UP", 0, 70),
        (61, 1, "UP", 0, 61),
        (61, 30, "NONE", 0, 61),
        (5, 1, "NONE", 15, 15),
        (20, 1, "NONE", 15, 20),
        (2, 15, "DOWN", 30, 30),
        (0, 15, "UP", 30, 0),
    ],
)
def test_minutes(minutes: int, unit: int, mode: str, minimum: int, expected: int) -> None:
    assert rounded(minutes, Rounding(unit, mode, minimum)) == expected


@given(
    st.integers(1, 1440),
    st.sampled_from([1, 5, 6, 10, 15, 30]),
    st.sampled_from(["NONE", "UP", "NEAREST", "DOWN"]),
)
def test_what_is_rounded_stays_rounded(minutes: int, unit: int, mode: str) -> None:
    rule = Rounding(unit, mode)
    once = rounded(minutes, rule)
    assert rounded(once, rule) == once
    assert abs(once - minutes) < unit or once == minutes


@given(st.lists(st.integers(1, 1440), min_size=1, max_size=20), st.integers(0, 5000))
def test_minutes_spread_add_up(weights: list[int], minutes: int) -> None:
    parts = spread(minutes, weights)
    assert sum(parts) == minutes
    assert min(parts) >= 0


def piece(
    entry: int, minutes: int, *, staff: int = 1, day: date = DAY, rate: str = "100", per: int = 60
) -> Work:
    return Work(
        entry, 1, 1, 1, "Design", 1, staff, "Priya", 7, "Engineer", day, minutes, Decimal(rate), "", per
    )


def terms(rule: Rounding) -> Terms:
    return Terms(1, 1, 1, "Hours", "TIME_AND_MATERIALS", "USD", rounding=rule)


LATER = date(2026, 11, 3)
WORK = [piece(1, 20), piece(2, 20), piece(3, 20, day=LATER), piece(4, 7, staff=2, day=LATER)]


@pytest.mark.parametrize(
    ("rule", "minutes", "amounts"),
    [
        # Each entry rounded once: three of 20 minutes at 100.00 are 99.99.
        (NOT_ROUNDED, 67, ["33.33", "33.33", "33.33", "11.67"]),
        (Rounding(15, "UP"), 105, ["50.00", "50.00", "50.00", "25.00"]),
        (Rounding(15, "UP", 0, "DAY"), 90, ["37.50", "37.50", "50.00", "25.00"]),
        (Rounding(15, "UP", 0, "LINE"), 75, ["37.32", "37.31", "37.31", "13.06"]),
        (Rounding(30, "NEAREST", 0, "ENTRY"), 90, ["50.00", "50.00", "50.00", "0.00"]),
        (Rounding(1, "NONE", 60, "DAY"), 180, ["50.00", "50.00", "100.00", "100.00"]),
        (Rounding(15, "DOWN", 0, "LINE"), 60, ["29.85", "29.85", "29.85", "10.45"]),
    ],
)
def test_scopes(rule: Rounding, minutes: int, amounts: list[str]) -> None:
    """What is consumed is what was recorded; what is printed and charged is rounded; pieces add up to the line."""
    found = charges(terms(rule), NOTHING_YET, WORK, DAY, DAY)
    (line,) = found.lines
    assert sum(each.work.minutes for each in line.pieces) == 67
    assert (line.minutes, line.amount) == (minutes, sum(map(Decimal, amounts)))
    by_entry = {each.work.entry_id: each.amount for each in line.pieces}
    assert sorted(map(str, by_entry.values())) == sorted(amounts)


def test_a_day_is_a_day() -> None:
    """Acceptance 9: a day of 8 hours is one day on the invoice, half of one of 7.5 h is half."""
    found = charges(terms(NOT_ROUNDED), NOTHING_YET, [piece(1, 480, rate="1000", per=480)], DAY, DAY)
    (line,) = found.lines
    assert (line.amount, line.minutes, line.rate_minutes) == (1000, 480, 480)
    half = price_together([piece(1, 225, rate="1000.03", per=450)], NOT_ROUNDED, "USD")
    assert half[0].amount == Decimal("500.02")


def test_rates_of_a_day_and_of_an_hour_are_two_lines() -> None:
    work = [piece(1, 60, rate="100"), piece(2, 60, rate="100", per=480)]
    found = charges(terms(NOT_ROUNDED), NOTHING_YET, work, DAY, DAY)
    assert [(line.amount, line.rate_minutes) for line in found.lines] == [
        (Decimal("100.00"), 60),
        (Decimal("12.50"), 480),
    ]
