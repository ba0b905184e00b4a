"""The schedule closes the days of timers, carries running ones on, and two of it at once do it once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from people.models import StaffMember, User
from tenants.models import Firm
from tests.cast import NOW, TODAY, Cast, add_cast
from tests.two_connections import at_once
from timesheets.models import TimeEntry, Timer, TimeRules
from timesheets.rolling import advance_timers
from timesheets.rows import RowKey
from timesheets.timers import pause, start, stop

MINUTE = timedelta(minutes=1)
# Midnight after the day of the cast in New York.
MIDNIGHT = datetime(2026, 11, 26, 5, tzinfo=UTC)


@pytest.fixture
def person(cast: Cast) -> User:
    User.objects.filter(pk=cast.member.pk).update(time_zone="America/New_York")
    return User.objects.get(pk=cast.member.pk)


def begin(person: User, row: RowKey | None, at: datetime) -> Timer:
    return start(staff=person.staff_member, row=row, by=person, at=at)


def lines() -> list[tuple[int, int]]:
    listed = TimeEntry.objects.order_by("worked_on", "pk").values_list("worked_on", "worked_minutes")
    return [(on.day, minutes) for on, minutes in listed]


def test_at_midnight_the_day_is_written_and_the_timer_goes_on(person: User, row: RowKey) -> None:
    begin(person, row, MIDNIGHT - 90 * MINUTE)
    assert advance_timers(at=MIDNIGHT - MINUTE) == 0
    assert advance_timers(at=MIDNIGHT + MINUTE) == 1
    assert lines() == [(25, 90)]
    running = Timer.objects.running().get()
    assert (running.worked_on.day, running.seconds) == (26, 60)
    stop(staff=person.staff_member, by=person, at=MIDNIGHT + 30 * MINUTE)
    assert lines() == [(25, 90), (26, 30)]


def test_it_closes_all_days_that_passed_while_nobody_looked(person: User, row: RowKey) -> None:
    begin(person, row, MIDNIGHT - 60 * MINUTE)
    assert advance_timers(at=MIDNIGHT + timedelta(days=2, hours=1)) == 3
    assert lines() == [(25, 60), (26, 1440), (27, 1440)]
    assert Timer.objects.running().get().seconds == 3600


def test_a_round_keeps_what_ran_and_a_clock_set_back_loses_none_of_it(person: User, row: RowKey) -> None:
    begin(person, row, NOW)
    for second in range(90, 30 * 60, 90):
        advance_timers(at=NOW + timedelta(seconds=second, milliseconds=700))
    back = NOW - timedelta(hours=3)
    advance_timers(at=back)
    stop(staff=person.staff_member, by=person, at=back + 10 * MINUTE)
    # 28:30 before, and 10 minutes after.
    assert lines() == [(25, 39)]


def test_a_paused_one_is_written_when_its_day_is_over(person: User, row: RowKey) -> None:
    begin(person, row, NOW)
    pause(staff=person.staff_member, by=person, at=NOW + 20 * MINUTE)
    advance_timers(at=NOW + 30 * MINUTE)
    assert lines() == []
    advance_timers(at=MIDNIGHT + MINUTE)
    assert lines() == [(25, 20)]


def test_what_is_refused_is_tried_once_and_kept(person: User, row: RowKey) -> None:
    begin(person, row, NOW)
    TimeRules.objects.filter(pk=1).update(locked_through=TODAY)
    advance_timers(at=MIDNIGHT + MINUTE)
    kept = Timer.objects.get(worked_on=TODAY)
    assert (lines(), kept.is_running) == ([], False)
    assert "locked" in kept.refusal
    assert Timer.objects.running().get().worked_on.day == 26
    assert advance_timers(at=MIDNIGHT + 2 * MINUTE) == 0


def test_the_timer_of_a_leaver_stops(person: User, row: RowKey) -> None:
    begin(person, row, NOW)
    StaffMember.objects.filter(pk=person.staff_member.pk).update(is_active=False)
    advance_timers(at=NOW + 5 * MINUTE)
    kept = Timer.objects.get()
    assert (kept.is_running, kept.unwritten_minutes) == (False, 5)
    assert "not active" in kept.refusal


def test_old_ones_go_and_those_that_were_refused_stay(person: User, row: RowKey) -> None:
    begin(person, row, NOW - timedelta(days=40))
    stop(staff=person.staff_member, by=person, at=NOW - timedelta(days=40) + 5 * MINUTE)
    begin(person, None, NOW - timedelta(days=39))
    stop(staff=person.staff_member, by=person, at=NOW - timedelta(days=39) + 5 * MINUTE)
    advance_timers(at=NOW)
    assert [timer.task_id for timer in Timer.objects.all()] == [None]


def test_carrying_on_is_the_same_number_of_statements_for_many(
    cast: Cast, row: RowKey, django_assert_num_queries: Any
) -> None:
    for user in (cast.member, cast.manager):
        start(staff=user.staff_member, row=row, by=user, at=NOW)
    with django_assert_num_queries(6):  # two of them begin and end the transaction
        advance_timers(at=NOW + MINUTE)


def test_two_starts_at_once_leave_one_running(own_firm: Firm) -> None:
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    row = RowKey.of(cast.design, cast.engineering)
    other = RowKey.of(cast.review, cast.engineering)
    staff = cast.member.staff_member

    def begin_on(wanted: RowKey) -> Any:
        return start(staff=staff, row=wanted, by=cast.member, at=NOW)

    answers = at_once(own_firm, lambda: begin_on(row), lambda: begin_on(other))
    assert [type(answer) for answer in answers] == [Timer, Timer]
    assert Timer.objects.running().count() == 1


def test_two_rounds_and_a_stop_at_once_write_each_minute_once(own_firm: Firm) -> None:
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    row = RowKey.of(cast.design, cast.engineering)
    User.objects.filter(pk=cast.member.pk).update(time_zone="America/New_York")
    person = User.objects.get(pk=cast.member.pk)
    begin(person, row, MIDNIGHT - 60 * MINUTE)
    at = MIDNIGHT + 20 * MINUTE
    at_once(
        own_firm,
        lambda: advance_timers(at=at),
        lambda: advance_timers(at=at),
        lambda: stop(staff=person.staff_member, by=person, at=at),
    )
    assert lines() == [(25, 60), (26, 20)]
