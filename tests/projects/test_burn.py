"""The literal figures of product rules 4.8."""

from datetime import date
from decimal import Decimal

import pytest

from core.periods import Period
from projects.burn import (
    burn_index,
    burn_percent,
    earned_value,
    forecast_ahead,
    run_rate,
    run_weeks,
    runway_weeks,
    schedule_percent,
    share_percent,
    weighted_percent,
)

HOURS = 60


def test_the_example_of_the_rules() -> None:
    """Budget 250 h and 50,000; used 170 h and 31,000; 40 % of the schedule; 25 h a week."""
    hours = burn_percent(170 * HOURS, 250 * HOURS)
    assert hours == 68
    assert burn_percent(Decimal(31_000), Decimal(50_000)) == 62
    schedule = schedule_percent(40, 100)
    assert schedule == 40
    assert str(burn_index(hours, schedule)) == "1.70"
    rate = run_rate(100 * HOURS)
    assert rate == 25
    assert str(runway_weeks(80 * HOURS, rate)) == "3.2"


def test_bookings_ahead_say_where_it_ends() -> None:
    ahead = forecast_ahead(170, 110, 250)
    assert (ahead.estimate, ahead.percent, ahead.variance) == (280, 112, -30)


def test_earned_value() -> None:
    earned = earned_value(Decimal(60_000), Decimal(45), Decimal(36_000), Decimal(50))
    assert earned.value == 27_000
    assert (str(earned.cost_index), str(earned.schedule_index)) == ("0.75", "0.90")
    assert earned.estimate == 80_000


@pytest.mark.parametrize(
    ("left", "minutes", "weeks"),
    [
        (80 * HOURS, 0, None),  # nobody works on it
        (0, 100 * HOURS, "0"),
        (-5, 100 * HOURS, "0"),
        (HOURS, 100 * HOURS, "0.0"),
        (75, 100 * HOURS, "0.1"),  # 0.05 weeks, half-up
    ],
)
def test_runway_at_its_edges(left: int, minutes: int, weeks: str | None) -> None:
    found = runway_weeks(left, run_rate(minutes))
    assert (None if found is None else str(found)) == weeks


def test_nothing_to_compare_with() -> None:
    assert burn_percent(10, None) is None
    assert burn_percent(10, 0) is None
    assert schedule_percent(0, 0) is None
    assert schedule_percent(120, 100) == 100
    assert burn_index(Decimal(68), Decimal(0)) is None
    assert burn_index(None, Decimal(40)) is None
    assert earned_value(100, Decimal(0), 0, None) == earned_value(100, Decimal(0), 0, Decimal(0))


def test_four_full_weeks() -> None:
    """On Wednesday 25 Nov 2026 those are 26 Oct to 22 Nov."""
    this = Period(date(2026, 11, 23), date(2026, 11, 29))
    assert run_weeks(this) == Period(date(2026, 10, 26), date(2026, 11, 22))


def test_percent_complete() -> None:
    assert share_percent(611, 960) == Decimal(611) * 100 / 960
    assert share_percent(251, 240) == 100
    assert share_percent(5, None) is None
    assert weighted_percent([(Decimal(100), 420), (Decimal(50), 180)]) == 85
    assert weighted_percent([]) is None
