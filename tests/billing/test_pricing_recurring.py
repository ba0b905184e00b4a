"""Periods that come again, in literal dates and cents."""

from datetime import date
from decimal import Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.recurring import amount_of, due_spans, next_dates, price_on
from core.cycles import Cycle, Frequency, spans
from core.periods import add_months

D = Decimal


def test_the_next_twelve_dates_of_the_last_day_of_a_month() -> None:
    cycle = Cycle("MONTHLY", 31, date(2027, 1, 31))
    found = next_dates(cycle, date(2026, 12, 31), in_advance=True)
    assert [str(day) for day in found] == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
        "2027-06-30",
        "2027-07-31",
        "2027-08-31",
        "2027-09-30",
        "2027-10-31",
        "2027-11-30",
        "2027-12-31",
    ]


@pytest.mark.parametrize(
    ("frequency", "anchor", "starts", "expected"),
    [
        ("WEEKLY", 1, date(2026, 11, 25), ["2026-11-25/2026-11-29", "2026-11-30/2026-12-06"]),
        ("BIWEEKLY", 3, date(2026, 11, 25), ["2026-11-25/2026-12-08", "2026-12-09/2026-12-22"]),
        ("MONTHLY", 1, date(2026, 11, 1), ["2026-11-01/2026-11-30", "2026-12-01/2026-12-31"]),
        ("MONTHLY", 15, date(2027, 1, 10), ["2027-01-10/2027-01-14", "2027-01-15/2027-02-14"]),
        ("QUARTERLY", 1, date(2027, 2, 15), ["2027-02-15/2027-04-30", "2027-05-01/2027-07-31"]),
        ("SEMIANNUAL", 1, date(2027, 1, 1), ["2027-01-01/2027-06-30", "2027-07-01/2027-12-31"]),
        ("ANNUAL", 29, date(2028, 2, 29), ["2028-02-29/2029-02-27", "2029-02-28/2030-02-27"]),
    ],
)
def test_periods(frequency: str, anchor: int, starts: date, expected: list[str]) -> None:
    found = islice(spans(Cycle(frequency, anchor, starts)), 2)
    assert [f"{span.first}/{span.last}" for span in found] == expected


def test_the_first_and_the_last_period_at_their_share_of_the_days() -> None:
    """5,000.00 a month from 16 Nov to 10 Jan: 15 of 30 days, a whole month, 10 of 31 days."""
    cycle = Cycle("MONTHLY", 1, date(2026, 11, 16), date(2027, 1, 10))
    found = list(spans(cycle))
    assert [amount_of(span, D(5000), "USD", prorates=True) for span in found] == [
        D("2500.00"),
        D("5000"),
        D("1612.90"),
    ]
    assert [amount_of(span, D(5000), "USD", prorates=False) for span in found] == [D(5000)] * 3


def test_the_price_goes_up_each_year() -> None:
    """3 % on 5,000.00: each year on the price that the client saw the year before."""
    cycle = Cycle("MONTHLY", 1, date(2026, 3, 15))
    days = [date(2026, 3, 15), date(2027, 3, 1), date(2027, 4, 1), date(2028, 4, 1), date(2029, 4, 1)]
    found = [price_on(D(5000), D(3), cycle, day, "USD") for day in days]
    assert found == [D(5000), D(5000), D("5150.00"), D("5304.50"), D("5463.64")]
    assert price_on(D(5000), D(0), cycle, date(2036, 1, 1), "USD") == 5000


def test_in_advance_and_in_arrears() -> None:
    cycle = Cycle("MONTHLY", 1, date(2026, 10, 1))
    november = date(2026, 11, 30)
    assert [span.key for span in due_spans(cycle, november, in_advance=True)] == ["2026-10-01", "2026-11-01"]
    assert [span.key for span in due_spans(cycle, date(2026, 11, 29), in_advance=False)] == ["2026-10-01"]
    assert len(due_spans(cycle, november, in_advance=False)) == 2


@given(
    frequency=st.sampled_from(list(Frequency)),
    anchor=st.integers(1, 31),
    starts=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_periods_leave_no_day_out_and_take_none_twice(
    frequency: Frequency, anchor: int, starts: date
) -> None:
    anchor = min(anchor, 7) if frequency in ("WEEKLY", "BIWEEKLY") else anchor
    found = list(islice(spans(Cycle(frequency, anchor, starts)), 30))
    assert found[0].first == starts
    for one, following in pairwise(found):
        assert (following.first - one.last).days == 1
        assert following.is_whole
    assert all(0 < span.days <= span.whole_days for span in found)


def test_months_that_are_shorter() -> None:
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2027, 2, 28), 1, anchor_day=31) == date(2027, 3, 31)
