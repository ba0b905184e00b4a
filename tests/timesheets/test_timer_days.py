"""To which day the seconds of a run belong, on days when clocks change too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from timesheets.timer_days import end_of, minutes_of, rest_of, runs_by_day, zone_or_utc

NEW_YORK, SYDNEY = ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney")
# Clocks go forward at midnight there: 00:00 becomes 01:00.
BEIRUT = ZoneInfo("Asia/Beirut")


def at(zone: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone).astimezone(UTC)  # type: ignore[misc]


def seconds(on: date, since: datetime, until: datetime, zone: ZoneInfo) -> list[tuple[date, int]]:
    return [(run.on, run.seconds) for run in runs_by_day(on, since, until, zone)]


def test_within_a_day_it_is_one_run() -> None:
    start = at(NEW_YORK, 2026, 11, 25, 9)
    assert seconds(date(2026, 11, 25), start, start + timedelta(minutes=45), NEW_YORK) == [
        (date(2026, 11, 25), 2700)
    ]


def test_it_is_cut_at_the_persons_own_midnight() -> None:
    start, end = at(NEW_YORK, 2026, 11, 25, 23, 30), at(NEW_YORK, 2026, 11, 26, 0, 15)
    assert seconds(date(2026, 11, 25), start, end, NEW_YORK) == [
        (date(2026, 11, 25), 1800),
        (date(2026, 11, 26), 900),
    ]
    # Seven hours earlier in UTC and seventeen in Sydney, the same run is of one day.
    assert len(seconds(date(2026, 11, 26), start, end, SYDNEY)) == 1


def test_days_on_which_clocks_change_have_their_hours() -> None:
    spring = seconds(date(2026, 3, 7), at(NEW_YORK, 2026, 3, 7, 22), at(NEW_YORK, 2026, 3, 9, 1), NEW_YORK)
    assert [part / 3600 for _, part in spring] == [2, 23, 1]
    autumn = seconds(
        date(2026, 10, 31), at(NEW_YORK, 2026, 10, 31, 22), at(NEW_YORK, 2026, 11, 2, 1), NEW_YORK
    )
    assert [part / 3600 for _, part in autumn] == [2, 25, 1]
    assert minutes_of(25 * 3600) == 1440
    assert rest_of(25 * 3600) == 0


def test_a_midnight_that_clocks_skip() -> None:
    over = end_of(date(2026, 3, 28), BEIRUT)
    assert over == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert over.astimezone(BEIRUT).date() == date(2026, 3, 29)


def test_a_clock_that_was_set_back_takes_nothing_away() -> None:
    start = at(NEW_YORK, 2026, 11, 25, 9)
    assert seconds(date(2026, 11, 25), start, start - timedelta(hours=2), NEW_YORK) == [
        (date(2026, 11, 25), 0)
    ]
    # Its owner flew east meanwhile: that midnight was over before the run began.
    assert seconds(date(2026, 11, 24), start, start + timedelta(minutes=1), NEW_YORK) == [
        (date(2026, 11, 24), 0),
        (date(2026, 11, 25), 60),
    ]


@pytest.mark.parametrize(
    ("run", "minutes"), [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (86400, 1440), (-30, 0)]
)
def test_minutes_are_rounded_half_up(run: int, minutes: int) -> None:
    assert minutes_of(run) == minutes


@given(
    minute=some.integers(0, 5_000_000),
    length=some.integers(0, 10 * 86400),
    zone=some.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_the_days_add_up_to_the_whole_run(minute: int, length: int, zone: str) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    there = ZoneInfo(zone)
    runs = runs_by_day(start.astimezone(there).date(), start, start + timedelta(seconds=length), there)
    assert sum(run.seconds for run in runs) == length
    assert [run.on for run in runs] == [runs[0].on + timedelta(days=day) for day in range(len(runs))]
    # Rounded one by one, what is left of a minute carried along: as many minutes as the whole, but for full days.
    carried, minutes, capped = 0, 0, 0
    for run in runs:
        total = carried + run.seconds
        minutes, carried = minutes + minutes_of(total), rest_of(total)
        capped += total - 86400 if minutes_of(total) == 1440 else 0
    assert minutes * 60 + carried + capped == length


def test_a_zone_that_nobody_knows_is_utc() -> None:
    assert zone_or_utc("Mars/Olympus") == zone_or_utc("") == ZoneInfo("UTC")
