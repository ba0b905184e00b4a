"""Balances in worked examples, to the minute, and what holds for all of them."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.periods import Period
from staffing.accrual import Kind, Movement, Stretch, Terms, grants, half_up, movements
from staffing.leave_years import leave_year, months_of, year_label

FULL, PART = 2400, 1440  # 40 and 24 hours a week
DAY = 480
VACATION = Terms(is_yearly=True, allowance_days=Fraction(20), carry_limit_minutes=5 * DAY, carry_months=3)
MONTHLY = Terms(is_monthly=True, allowance_days=Fraction(20))
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
FAR = date(2030, 12, 31)


def taken(on: date, minutes: int) -> Movement:
    return Movement(on, Kind.TAKEN, -minutes)


def story(
    terms: Terms, given: list[Movement], through: date, *stretches: Stretch
) -> list[tuple[str, str, int]]:
    found = movements(terms, stretches or (Stretch(date(2026, 1, 1), FAR, FULL),), given, through)
    return [(each.on.isoformat(), each.kind.value, each.minutes) for each in found]


@pytest.mark.parametrize(
    ("terms", "stretches", "minutes"),
    [
        # Twenty days of eight hours.
        (VACATION, [Stretch(date(2020, 1, 1), FAR, FULL)], 9600),
        # Twenty fifths of a week of 24 hours: four weeks, as everybody has.
        (VACATION, [Stretch(date(2020, 1, 1), FAR, PART)], 5760),
        # From 1 July: 184 of 365 days, 4839.45 minutes.
        (VACATION, [Stretch(date(2026, 7, 1), FAR, FULL)], 4839),
        # Until 30 June: 181 of 365 days, 4760.55 minutes.
        (VACATION, [Stretch(date(2020, 1, 1), date(2026, 6, 30), FULL)], 4761),
        # Full time until June, then 24 hours: 4760.547945 + 2903.671233.
        (
            VACATION,
            [Stretch(date(2020, 1, 1), date(2026, 6, 30), FULL), Stretch(date(2026, 7, 1), FAR, PART)],
            7664,
        ),
        # Hours instead of days are the same for everybody.
        (Terms(is_yearly=True, allowance_minutes=2400), [Stretch(date(2020, 1, 1), FAR, PART)], 2400),
        # Somebody without hours earns none.
        (VACATION, [Stretch(date(2020, 1, 1), FAR, 0)], 0),
    ],
)
def test_a_years_grant(terms: Terms, stretches: list[Stretch], minutes: int) -> None:
    assert sum(each.minutes for each in grants(terms, stretches, YEAR)) == minutes


def test_a_grant_lies_on_the_first_day_of_employment() -> None:
    assert grants(VACATION, [Stretch(date(2026, 7, 6), FAR, FULL)], YEAR)[0].on == date(2026, 7, 6)
    assert grants(VACATION, [Stretch(date(2027, 1, 1), FAR, FULL)], YEAR) == []


def test_months_are_earned_at_their_end_and_add_up() -> None:
    # 17 days: 8160 minutes, 680 a month; 25 days of 7:35 a week day: 11375 minutes, 947.91666 a month.
    earned = grants(
        Terms(is_monthly=True, allowance_days=Fraction(17)), [Stretch(YEAR.first, FAR, FULL)], YEAR
    )
    assert [each.minutes for each in earned] == [680] * 12
    odd = grants(
        Terms(is_monthly=True, allowance_days=Fraction(25)), [Stretch(YEAR.first, FAR, 5 * 455)], YEAR
    )
    assert [each.minutes for each in odd] == [948] * 6 + [947, *[948] * 5]
    assert sum(each.minutes for each in odd) == 25 * 455
    assert [each.on for each in odd[:2]] == [date(2026, 1, 31), date(2026, 2, 28)]


def test_half_a_month_earns_its_days() -> None:
    # From 16 April: 15 of 30 days of 800 minutes; it ends on 10 June: 10 of 30.
    stretch = Stretch(date(2026, 4, 16), date(2026, 6, 10), FULL)
    assert story(MONTHLY, [], date(2026, 12, 31), stretch) == [
        ("2026-04-30", "accrued", 400),
        ("2026-05-31", "accrued", 800),
        ("2026-06-10", "accrued", 267),
    ]


def test_what_is_left_is_carried_over_to_the_limit_and_expires_in_time() -> None:
    given = [
        taken(date(2026, 8, 3), 10 * DAY),
        taken(date(2027, 2, 1), 2 * DAY),
        taken(date(2027, 4, 1), DAY),
    ]
    assert story(VACATION, given, date(2027, 12, 30)) == [
        ("2026-01-01", "granted", 20 * DAY),
        ("2026-08-03", "taken", -10 * DAY),
        ("2026-12-31", "expired", -5 * DAY),
        ("2027-01-01", "carried", 5 * DAY),
        ("2027-01-01", "granted", 20 * DAY),
        ("2027-02-01", "taken", -2 * DAY),
        ("2027-03-31", "expired", -3 * DAY),
        ("2027-04-01", "taken", -DAY),
    ]


def test_what_was_carried_over_is_used_first() -> None:
    given = [taken(date(2026, 8, 3), 16 * DAY), taken(date(2027, 3, 31), 4 * DAY)]
    kinds = [kind for on, kind, _ in story(VACATION, given, date(2027, 12, 30)) if on > "2027-01-01"]
    assert kinds == ["taken"]


def test_a_debt_goes_over_whole() -> None:
    given = [taken(date(2026, 8, 3), 22 * DAY)]
    assert story(VACATION, given, date(2027, 1, 1))[-2:] == [
        ("2027-01-01", "carried", -2 * DAY),
        ("2027-01-01", "granted", 20 * DAY),
    ]


def test_without_limit_everything_goes_over_for_ever() -> None:
    endless = Terms(is_yearly=True, allowance_days=Fraction(20))
    assert story(endless, [], date(2028, 1, 1))[-2:] == [
        ("2028-01-01", "carried", 40 * DAY),
        ("2028-01-01", "granted", 20 * DAY),
    ]


def test_nothing_carried_is_all_expired() -> None:
    none = Terms(is_yearly=True, allowance_days=Fraction(20), carry_limit_minutes=0)
    assert story(none, [], date(2027, 1, 1)) == [
        ("2026-01-01", "granted", 20 * DAY),
        ("2026-12-31", "expired", -20 * DAY),
        ("2027-01-01", "granted", 20 * DAY),
    ]


def test_corrections_count_from_their_day_and_none_before_the_beginning() -> None:
    given = [
        Movement(date(2026, 3, 1), Kind.ADJUSTED, 120),
        Movement(date(2025, 12, 31), Kind.ADJUSTED, 999),
        Movement(date(2026, 5, 1), Kind.ADJUSTED, -60),
    ]
    assert story(Terms(), given, date(2026, 12, 31)) == [
        ("2026-03-01", "adjusted", 120),
        ("2026-05-01", "adjusted", -60),
    ]


def test_years_may_begin_in_april() -> None:
    year = leave_year(date(2027, 3, 31), 4)
    assert (year, year_label(year)) == (Period(date(2026, 4, 1), date(2027, 3, 31)), "2026/27")
    assert len(months_of(year)) == 12
    april = Terms(is_yearly=True, allowance_days=Fraction(20), begins_month=4, carry_limit_minutes=0)
    assert story(april, [], date(2026, 4, 1)) == [
        ("2026-01-01", "granted", 2367),  # 90 of 365 days
        ("2026-03-31", "expired", -2367),
        ("2026-04-01", "granted", 9600),
    ]


@pytest.mark.parametrize(("exact", "minutes"), [("1/2", 1), ("3/2", 2), ("-1/2", 0), ("5/3", 2), ("4/3", 1)])
def test_halves_go_up(exact: str, minutes: int) -> None:
    assert half_up(Fraction(exact)) == minutes


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
TERMS = st.builds(
    Terms,
    is_yearly=st.booleans(),
    is_monthly=st.booleans(),
    allowance_days=st.integers(0, 4000).map(lambda hundredths: Fraction(hundredths, 100)),
    allowance_minutes=st.integers(0, 20000),
    begins_month=st.integers(1, 12),
    carry_limit_minutes=st.none() | st.integers(0, 5000),
    carry_months=st.none() | st.integers(1, 12),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    terms=TERMS,
    first=DAYS,
    week=st.integers(0, 3000),
    used=st.lists(st.tuples(DAYS, st.integers(1, 1440)), max_size=12),
)
def test_what_holds_for_every_balance(
    terms: Terms, first: date, week: int, used: list[tuple[date, int]]
) -> None:
    stretch = Stretch(first, FAR, week)
    given = [taken(on, minutes) for on, minutes in used]
    found = movements(terms, [stretch], given, date(2028, 12, 31))
    assert [each.on for each in found] == sorted(each.on for each in found)
    # All leave since the beginning counts, once.
    assert sum(each.minutes for each in found if each.kind == Kind.TAKEN) == -sum(
        minutes for on, minutes in used if on >= first
    )
    balance = 0
    for each in found:
        if each.kind == Kind.CARRIED:
            # It is what the year before ended with, and not more than may go over.
            assert each.minutes == balance
            assert terms.carry_limit_minutes is None or each.minutes <= terms.carry_limit_minutes
            balance = 0
        balance += each.minutes
        if each.kind == Kind.EXPIRED:
            # Nothing but what is there expires.
            assert each.minutes < 0 <= balance
    # A later day changes nothing of what was before.
    earlier = movements(terms, [stretch], given, date(2027, 6, 30))
    assert earlier == [each for each in found if each.on <= date(2027, 6, 30)]


@settings(deadline=None)
@given(week=st.integers(0, 3000), hundredths=st.integers(1, 4000), begins=st.integers(1, 12))
def test_twelve_months_are_the_years_allowance(week: int, hundredths: int, begins: int) -> None:
    days = Fraction(hundredths, 100)
    stretch, year = Stretch(date(2020, 1, 1), FAR, week), leave_year(date(2026, 6, 15), begins)
    by_month = grants(Terms(is_monthly=True, allowance_days=days, begins_month=begins), [stretch], year)
    at_once = grants(Terms(is_yearly=True, allowance_days=days, begins_month=begins), [stretch], year)
    assert sum(each.minutes for each in by_month) == sum(each.minutes for each in at_once)


@settings(deadline=None)
@given(cut=st.dates(date(2026, 1, 2), date(2026, 12, 31)), week=st.integers(1, 3000))
def test_a_change_to_the_same_hours_changes_nothing(cut: date, week: int) -> None:
    whole = [Stretch(date(2020, 1, 1), FAR, week)]
    parts = [Stretch(date(2020, 1, 1), cut - timedelta(days=1), week), Stretch(cut, FAR, week)]
    for terms in (VACATION, MONTHLY):
        assert grants(terms, parts, YEAR) == grants(terms, whole, YEAR)
