"""Steps and working days, as tables."""

from datetime import UTC, date, datetime

import pytest

from billing.dunning_days import is_working_day, local_time, next_working_day, reached_step

STEPS = [-7, 0, 7, 14, 30]


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (-8, None),
        (-7, -7),
        (-1, -7),
        (0, 0),
        (6, 0),
        (7, 7),
        (13, 7),
        (14, 14),
        (29, 14),
        (30, 30),
        (400, 30),
    ],
)
def test_the_step_that_is_reached(days: int, level: int | None) -> None:
    assert reached_step(days, STEPS) == level


@pytest.mark.parametrize(("days", "level"), [(30, 30), (39, 30), (40, 40), (59, 50), (60, 60)])
def test_after_the_last_step_every_ten_days(days: int, level: int) -> None:
    assert reached_step(days, STEPS, repeat_days=10) == level


def test_no_step_before_there_was_an_invoice() -> None:
    # Net 7: issued seven days before it is due, so nobody is reminded on the day it was issued.
    assert reached_step(-7, STEPS, first_day=-7) is None
    assert reached_step(-3, STEPS, first_day=-7) is None
    assert reached_step(0, STEPS, first_day=-7) == 0
    # Due on receipt: the day itself is the day of issue.
    assert reached_step(3, STEPS, first_day=0) is None
    assert reached_step(7, STEPS, first_day=0) == 7
    # Nothing repeats what lies before the due date.
    assert reached_step(20, [-7], repeat_days=5) == -7


@pytest.mark.parametrize(
    ("day", "country", "works"),
    [
        (date(2026, 11, 25), "US", True),
        (date(2026, 11, 26), "US", False),  # Thanksgiving
        (date(2026, 11, 26), "DE", True),
        (date(2026, 10, 3), "DE", False),
        (date(2026, 11, 28), "US", False),  # a Saturday
        (date(2026, 11, 27), "SA", False),  # a Friday
        (date(2026, 11, 29), "SA", True),  # a Sunday
        (date(2026, 11, 25), "", True),
        (date(2026, 11, 28), "XX", False),
    ],
)
def test_working_days_by_country(day: date, country: str, works: bool) -> None:
    assert is_working_day(day, country) is works


def test_the_next_working_day_after_thanksgiving() -> None:
    assert next_working_day(date(2026, 11, 26), "US") == date(2026, 11, 27)
    assert next_working_day(date(2026, 11, 28), "US") == date(2026, 11, 30)


def test_whose_clock() -> None:
    at = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    assert local_time(at, "", "America/New_York").date() == date(2026, 11, 24)
    assert local_time(at, "Asia/Tokyo", "America/New_York").date() == date(2026, 11, 25)
    assert local_time(at, "Nowhere/Gone").hour == 3
