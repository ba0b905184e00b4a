"""Times of the day: what is read, what a pair of them comes to, what is refused."""

from datetime import time

import pytest

from timesheets.times import EndsBeforeStart, HalfAPair, NotATime, PassesMidnight, Times, parse_time


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)),
        ("9:30", time(9, 30)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("17:30", time(17, 30)),
        ("5:30 pm", time(17, 30)),
        ("5.30 p.m.", time(17, 30)),
        ("12 am", time(0)),
        ("12pm", time(12)),
        ("24:00", time(0)),
        ("１４:００", time(14)),
        ("", None),
        ("  ", None),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, meant: time | None) -> None:
    assert parse_time(typed) == meant


@pytest.mark.parametrize("typed", ["25", "9:60", "24:01", "noon", "-1", "13 pm", "9:5", "0 am", "12345"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(NotATime):
        parse_time(typed)


@pytest.mark.parametrize(
    ("starts", "ends", "minutes"),
    [(time(9), time(10, 45), 105), (time(22), time(0), 120), (time(0), time(0), 1440), (None, None, None)],
)
def test_a_pair_makes_the_minutes(starts: time | None, ends: time | None, minutes: int | None) -> None:
    assert Times.of(starts, ends).minutes == minutes


def test_half_a_pair_and_a_night_are_refused() -> None:
    with pytest.raises(HalfAPair):
        Times.of(time(9), None)
    for ends in (time(9), time(8, 59)):
        with pytest.raises(EndsBeforeStart):
            Times.of(time(9), ends)


def test_another_duration_keeps_the_start() -> None:
    morning = Times(time(9), time(10))
    assert morning.lasting(90) == Times(time(9), time(10, 30))
    assert Times(time(22), time(23)).lasting(120) == Times(time(22), time(0))
    assert Times().lasting(90) == Times()
    with pytest.raises(PassesMidnight, match=r"From 22:00, 3\.00 h"):
        Times(time(22), time(23)).lasting(180)
