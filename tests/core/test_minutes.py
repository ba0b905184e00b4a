"""The table of architecture section 10, cell by cell, and round trips."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.minutes import (
    SUM_MINUTES,
    MoreThanADay,
    NotADuration,
    format_clock,
    format_decimal,
    format_minutes,
    hours,
    parse_minutes,
)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("1", 60),
        ("10", 600),
        ("1.5", 90),
        ("1,5", 90),
        ("1.5h", 90),
        (".5", 30),
        (",5", 30),
        ("0.5", 30),
        ("1.68", 101),
        ("0.01", 1),
        ("90m", 90),
        ("90 m", 90),
        ("1h30m", 90),
        ("1h 30", 90),
        ("1h30", 90),
        ("2h", 120),
        ("1h90m", 150),
        ("1:30", 90),
        ("01:30", 90),
        ("1:30h", 90),
        (":15", 15),
        ("0:15", 15),
        ("15m", 15),
        ("24", 1440),
        ("24:00", 1440),
        ("１:３０", 90),
        ("１：３０", 90),
        (" 1 : 30 ", 90),
        ("2H", 120),
        ("1H 30M", 90),
        ("\t1.5\n", 90),
        ("1.51", 91),  # 90.6 minutes
        ("0.025", 2),  # 1.5 minutes: half goes up
    ],
)
def test_what_is_accepted(typed: str, minutes: int) -> None:
    assert parse_minutes(typed) == minutes


@pytest.mark.parametrize("typed", ["", "  ", "0", "0:00", "0.0", "0h", "0m", "0h0m", "00:00", ":00"])
def test_nothing_and_zero_clear_the_cell(typed: str) -> None:
    assert parse_minutes(typed) is None


ACCEPTED = "Type 1.5, 1:30, 90m or 1h30m."


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0.005", f'"0.005" is less than a minute. {ACCEPTED}'),
        ("1:75", f'"1:75" is not a time: minutes are 00 to 59. {ACCEPTED}'),
        ("1:5", f'"1:5" is not a time: minutes are 00 to 59, two digits. {ACCEPTED}'),
        ("1:005", f'"1:005" is not a time: minutes are 00 to 59, two digits. {ACCEPTED}'),
        ("-1", f'"-1" is not a time. {ACCEPTED}'),
        ("−1", f'"−1" is not a time. {ACCEPTED}'),
        ("1:30:00", f'"1:30:00" is not a time. {ACCEPTED}'),
        ("abc", f'"abc" is not a time. {ACCEPTED}'),
        ("1.5.2", f'"1.5.2" is not a time. {ACCEPTED}'),
        ("1e3", f'"1e3" is not a time. {ACCEPTED}'),
        ("∞", f'"∞" is not a time. {ACCEPTED}'),
        ("nan", f'"nan" is not a time. {ACCEPTED}'),
        ("+1", f'"+1" is not a time. {ACCEPTED}'),
        ("1_0", f'"1_0" is not a time. {ACCEPTED}'),
        ("1.5h30m", f'"1.5h30m" is not a time. {ACCEPTED}'),
        ("h", f'"h" is not a time. {ACCEPTED}'),
        ("m", f'"m" is not a time. {ACCEPTED}'),
        (":", f'":" is not a time. {ACCEPTED}'),
        ("1²", f'"1²" is not a time. {ACCEPTED}'),
        ("٣", f'"٣" is not a time. {ACCEPTED}'),
        ("9" * 5000, f'"{"9" * 20}…" is not a time. {ACCEPTED}'),
    ],
)
def test_what_is_refused_and_in_which_words(typed: str, words: str) -> None:
    with pytest.raises(NotADuration) as refusal:
        parse_minutes(typed, field="minutes")
    assert (refusal.value.message, refusal.value.field) == (words, "minutes")


@pytest.mark.parametrize("typed", ["24:01", "25", "24.01", "1441m", "24h1m", "99999999999999", "130"])
def test_more_than_a_day(typed: str) -> None:
    with pytest.raises(MoreThanADay, match=r"is more than a day. Type at most 24:00."):
        parse_minutes(typed)


@given(st.integers(1, 1440))
def test_what_is_shown_may_be_typed_back(minutes: int) -> None:
    assert parse_minutes(format_clock(minutes)) == minutes
    assert parse_minutes(format_decimal(minutes)) == minutes
    assert parse_minutes(format_decimal(minutes).replace(".", ",")) == minutes
    assert parse_minutes(f"{minutes}m") == minutes
    assert parse_minutes(f"{minutes // 60}h{minutes % 60}m") == minutes


@given(st.text(max_size=30))
def test_any_text_is_minutes_of_a_day_or_refused(text: str) -> None:
    try:
        minutes = parse_minutes(text)
    except NotADuration:
        return
    assert minutes is None or 1 <= minutes <= 1440


@given(st.decimals(min_value=0, max_value=24, places=4))
def test_a_decimal_is_off_by_half_a_minute_at_most(typed: Decimal) -> None:
    try:
        minutes = parse_minutes(str(typed)) or 0
    except NotADuration:
        assert 0 < typed * 60 < Decimal("0.5")
        return
    assert abs(minutes - typed * 60) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("minutes", "decimal", "clock"),
    [
        (90, "1.50", "1:30"),
        (101, "1.68", "1:41"),
        (1, "0.02", "0:01"),
        (0, "0.00", "0:00"),
        (6000, "100.00", "100:00"),
        (-15, "-0.25", "-0:15"),
    ],
)
def test_how_minutes_are_shown(minutes: int, decimal: str, clock: str) -> None:
    assert format_decimal(minutes) == decimal == format_minutes(minutes)
    assert format_clock(minutes) == clock == format_minutes(minutes, "clock")


def test_hours_are_exact() -> None:
    assert hours(90) == Decimal("1.5")


@pytest.mark.parametrize(
    ("typed", "minutes"), [("24.50", 1470), ("1,234.50", 74_070), ("1234:30", 74_070), ("100,000", 6_000_000)]
)
def test_the_work_of_many_days(typed: str, minutes: int) -> None:
    """What a page shows of a sum can be typed: with its thousands apart, and above a day."""
    assert parse_minutes(typed, most=SUM_MINUTES) == minutes
    with pytest.raises(NotADuration):
        parse_minutes(typed)


def test_no_sum_is_endless() -> None:
    with pytest.raises(NotADuration, match="at most 100,000 hours"):
        parse_minutes("100,001", most=SUM_MINUTES)
