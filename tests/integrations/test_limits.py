"""The allowance of calls: full minutes and seconds, pauses, clocks that go back."""

from datetime import timedelta

import pytest

from integrations.limits import Throttled, pause, take
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("firm")


def second(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_second_is_full_and_says_when_the_next_begins() -> None:
    for _ in range(3):
        take("v", "a", NOW, per_minute=100, per_second=3)
    with pytest.raises(Throttled) as refused:
        take("v", "a", NOW + second(0.25), per_minute=100, per_second=3)
    assert refused.value.after == second(0.75)
    take("v", "a", NOW + second(1), per_minute=100, per_second=3)


def test_a_minute_is_full_though_its_seconds_are_not() -> None:
    for count in range(4):
        take("v", "a", NOW + second(count * 2), per_minute=4, per_second=3)
    with pytest.raises(Throttled) as refused:
        take("v", "a", NOW + second(20), per_minute=4, per_second=3)
    assert refused.value.after == second(40)
    take("v", "a", NOW + second(60), per_minute=4, per_second=3)


def test_accounts_do_not_share_their_allowance() -> None:
    take("v", "a", NOW, per_minute=1, per_second=1)
    take("v", "b", NOW, per_minute=1, per_second=1)
    with pytest.raises(Throttled):
        take("v", "a", NOW, per_minute=1, per_second=1)


def test_a_pause_holds_everybody_back_and_never_gets_shorter() -> None:
    pause("v", "a", until=NOW + second(60), at=NOW)
    pause("v", "a", until=NOW + second(10), at=NOW)
    with pytest.raises(Throttled) as refused:
        take("v", "a", NOW + second(30), per_minute=100, per_second=10)
    assert refused.value.after == second(30)
    take("v", "a", NOW + second(60), per_minute=100, per_second=10)


def test_a_clock_that_goes_back_does_not_lock_us_out() -> None:
    take("v", "a", NOW, per_minute=1, per_second=1)
    pause("v", "a", until=NOW + second(60), at=NOW)
    take("v", "a", NOW - timedelta(hours=2), per_minute=1, per_second=1)


def test_two_machines_whose_clocks_differ_a_little_share_the_window() -> None:
    take("v", "a", NOW, per_minute=1, per_second=1)
    with pytest.raises(Throttled):
        take("v", "a", NOW - second(1), per_minute=1, per_second=1)
