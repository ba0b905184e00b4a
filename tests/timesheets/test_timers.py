"""Timers: one runs, it becomes a line of each day, and what is refused stays with its reason."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed
from people.models import User
from projects.models import Project
from tests.cast import NOW, TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.days import StaffIsInactive
from timesheets.models import TimeEntry, Timer, TimeRules
from timesheets.rows import RowKey
from timesheets.timers import (
    NO_PLACE,
    NoTimerRuns,
    TimerIsGone,
    TimerIsWritten,
    assign,
    discard,
    finish,
    pause,
    resume,
    row_of,
    start,
    stop,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(cast: Cast) -> User:
    """The member, who works in New York: 15:00 in UTC is ten in the morning there."""
    User.objects.filter(pk=cast.member.pk).update(time_zone="America/New_York")
    return User.objects.get(pk=cast.member.pk)


def begin(person: User, row: RowKey | None, at: datetime = NOW, note: str = "") -> Timer:
    return start(staff=person.staff_member, row=row, note=note, by=person, at=at)


def end(person: User, at: datetime) -> list[TimeEntry]:
    return stop(staff=person.staff_member, by=person, at=at)


def lines() -> list[tuple[Any, int, str]]:
    return list(
        TimeEntry.objects.order_by("worked_on", "pk").values_list("worked_on", "worked_minutes", "note")
    )


def test_a_timer_becomes_a_line_with_its_minutes(person: User, row: RowKey) -> None:
    begin(person, row, note="Valve chamber")
    [entry] = end(person, NOW + 45 * MINUTE)
    assert lines() == [(TODAY, 45, "Valve chamber")]
    assert (entry.rate_amount, entry.state) == (190, "DRAFT")
    with pytest.raises(NoTimerRuns):
        end(person, NOW + 50 * MINUTE)


def test_one_runs_and_starting_another_stops_the_first(person: User, cast: Cast, row: RowKey) -> None:
    begin(person, row)
    other = RowKey.of(cast.review, cast.engineering)
    begin(person, other, NOW + 30 * MINUTE)
    assert row_of(Timer.objects.running().get()) == other
    assert lines() == [(TODAY, 30, "")]
    with pytest.raises(IntegrityError), transaction.atomic():
        Timer.objects.create(staff=person.staff_member, worked_on=TODAY, started_at=NOW, running_since=NOW)


def test_runs_of_one_timer_are_rounded_together(person: User, row: RowKey) -> None:
    timer = begin(person, row)
    assert end(person, NOW + timedelta(seconds=29)) == []
    assert lines() == []
    for _ in range(3):
        resume(timer=timer, by=person, at=NOW)
        end(person, NOW + timedelta(seconds=20))
    # 89 seconds are one minute, written once.
    assert lines() == [(TODAY, 1, "")]
    assert Timer.objects.get().seconds == 89


def test_starting_the_same_row_again_goes_on_with_the_timer_of_today(person: User, row: RowKey) -> None:
    first = begin(person, row)
    end(person, NOW + 10 * MINUTE)
    again = begin(person, row, NOW + 60 * MINUTE)
    end(person, NOW + 65 * MINUTE)
    assert again == first
    assert lines() == [(TODAY, 15, "")]


def test_minutes_go_to_the_only_open_line_if_the_notes_go_together(
    person: User, cast: Cast, row: RowKey
) -> None:
    add_time(cast, minutes=60)
    begin(person, row, note="Site call")
    end(person, NOW + 30 * MINUTE)
    assert lines() == [(TODAY, 90, "Site call")]
    begin(person, row, NOW + 40 * MINUTE, note="Report")
    end(person, NOW + 45 * MINUTE)
    assert lines() == [(TODAY, 90, "Site call"), (TODAY, 5, "Report")]
    # Of several lines it is none of its business which one grows: a line of its own.
    begin(person, row, NOW + 50 * MINUTE)
    end(person, NOW + 52 * MINUTE)
    assert [minutes for _, minutes, _ in lines()] == [90, 5, 2]


def test_a_submitted_line_is_left_alone(person: User, cast: Cast, row: RowKey) -> None:
    add_time(cast, minutes=60, state="SUBMITTED")
    begin(person, row)
    end(person, NOW + 30 * MINUTE)
    assert [minutes for _, minutes, _ in lines()] == [60, 30]


def test_without_a_place_it_is_kept_until_it_has_one(person: User, row: RowKey) -> None:
    timer = begin(person, None, note="Call with Alma")
    assert end(person, NOW + 20 * MINUTE) == []
    timer.refresh_from_db()
    assert (timer.is_running, timer.unwritten_minutes, timer.refusal) == (False, 20, NO_PLACE)
    timer = assign(timer=timer, row=row, by=person, at=NOW + 30 * MINUTE)
    assert (timer.refusal, timer.unwritten_minutes) == ("", 0)
    assert lines() == [(TODAY, 20, "Call with Alma")]
    with pytest.raises(TimerIsWritten):
        assign(timer=timer, row=RowKey(row.task_id), by=person, at=NOW)


def test_a_place_given_while_it_runs(person: User, row: RowKey) -> None:
    timer = begin(person, None)
    timer = assign(timer=timer, row=row, note="Later", by=person, at=NOW + MINUTE)
    assert timer.is_running
    end(person, NOW + 3 * MINUTE)
    assert lines() == [(TODAY, 3, "Later")]


def test_it_rolls_over_the_persons_midnight_into_one_line_a_day(person: User, row: RowKey) -> None:
    # 23:30:20 on Wednesday in New York; stopped on Friday at 00:10:00.
    begin(person, row, datetime(2026, 11, 26, 4, 30, 20, tzinfo=UTC), note="Night shift")
    entries = end(person, datetime(2026, 11, 27, 5, 10, tzinfo=UTC))
    assert len(entries) == 3
    assert [(on.day, minutes) for on, minutes, _ in lines()] == [(25, 30), (26, 1440), (27, 10)]
    assert {note for _, _, note in lines()} == {"Night shift"}


def test_what_midnight_leaves_of_a_minute_goes_along(person: User, row: RowKey) -> None:
    begin(person, row, datetime(2026, 11, 26, 4, 59, 40, tzinfo=UTC))
    end(person, datetime(2026, 11, 26, 5, 0, 40, tzinfo=UTC))
    # 20 s and 40 s: together a minute, of the day that has more of it.
    assert [(on.day, minutes) for on, minutes, _ in lines()] == [(26, 1)]


def test_locked_days_keep_the_timer_and_say_why(person: User, cast: Cast, row: RowKey) -> None:
    timer = begin(person, row)
    TimeRules.objects.filter(pk=1).update(locked_through=TODAY)
    assert end(person, NOW + 30 * MINUTE) == []
    timer.refresh_from_db()
    assert "locked" in timer.refusal
    TimeRules.objects.filter(pk=1).update(locked_through=None)
    [entry] = finish(timer=timer, by=person, at=NOW + 60 * MINUTE)
    assert entry.worked_minutes == 30
    timer.refresh_from_db()
    assert timer.refusal == ""


def test_a_closed_project_keeps_it_too_and_takes_no_new_one(person: User, cast: Cast, row: RowKey) -> None:
    timer = begin(person, row)
    Project.objects.filter(pk=cast.project.pk).update(state=Project.State.CLOSED)
    # Another one starts all the same.
    begin(person, None, NOW + 5 * MINUTE)
    timer.refresh_from_db()
    assert (timer.is_running, timer.unwritten_minutes) == (False, 5)
    assert timer.refusal
    with pytest.raises(Exception, match="closed"):
        resume(timer=timer, by=person, at=NOW + 6 * MINUTE)


def test_a_full_day_keeps_it_and_it_can_be_corrected(person: User, cast: Cast, row: RowKey) -> None:
    add_time(cast, minutes=1430)
    timer = begin(person, row)
    assert end(person, NOW + 30 * MINUTE) == []
    timer.refresh_from_db()
    assert "24" in timer.refusal
    assign(timer=timer, row=row, minutes=10, by=person, at=NOW + 40 * MINUTE)
    assert lines() == [(TODAY, 1440, "")]


def test_a_pause_writes_nothing_and_goes_on(person: User, row: RowKey) -> None:
    timer = begin(person, row)
    pause(staff=person.staff_member, by=person, at=NOW + 10 * MINUTE)
    assert lines() == []
    resume(timer=timer, by=person, at=NOW + 60 * MINUTE)
    end(person, NOW + 65 * MINUTE)
    assert lines() == [(TODAY, 15, "")]


def times() -> list[tuple[str, int]]:
    return [
        (f"{line.starts_at:%H:%M}-{line.ends_at:%H:%M}" if line.starts_at else "", line.worked_minutes)
        for line in TimeEntry.objects.order_by("worked_on", "pk")
    ]


@pytest.fixture
def with_times(cast: Cast) -> None:
    TimeRules.objects.update(shows_times=True)


@pytest.mark.usefixtures("with_times")
def test_where_the_firm_uses_times_each_run_is_a_line_with_its_own(person: User, row: RowKey) -> None:
    timer = begin(person, row, NOW + timedelta(seconds=20))
    end(person, NOW + timedelta(minutes=44, seconds=50))
    assert times() == [("10:00-10:45", 45)]
    resume(timer=timer, by=person, at=NOW + 60 * MINUTE)
    end(person, NOW + 75 * MINUTE)
    assert times() == [("10:00-10:45", 45), ("11:00-11:15", 15)]


@pytest.mark.usefixtures("with_times")
def test_with_a_pause_in_between_there_are_no_times(person: User, row: RowKey) -> None:
    timer = begin(person, row)
    pause(staff=person.staff_member, by=person, at=NOW + 10 * MINUTE)
    resume(timer=timer, by=person, at=NOW + 30 * MINUTE)
    end(person, NOW + 35 * MINUTE)
    assert times() == [("", 15)]


@pytest.mark.usefixtures("with_times")
def test_times_over_midnight_are_two_pairs(person: User, row: RowKey) -> None:
    evening = datetime(2026, 11, 26, 4, 30, 40, tzinfo=UTC)  # half past eleven on the 25th
    begin(person, row, evening)
    end(person, evening + 60 * MINUTE)
    assert times() == [("23:30-23:59", 29), ("00:00-00:31", 31)]


@pytest.mark.usefixtures("with_times")
def test_one_that_was_started_late_begins_when_its_minutes_say(person: User, row: RowKey) -> None:
    timer = begin(person, row)
    assign(timer=timer, row=row, minutes=30, by=person, at=NOW + 5 * MINUTE)
    end(person, NOW + 15 * MINUTE)
    assert times() == [("09:35-10:15", 40)]


def test_one_of_an_earlier_day_starts_anew(person: User, row: RowKey) -> None:
    timer = begin(person, row, NOW - timedelta(days=1), note="Model")
    end(person, NOW - timedelta(days=1) + 10 * MINUTE)
    again = resume(timer=timer, by=person, at=NOW)
    assert again != timer
    assert (row_of(again), again.note, again.worked_on) == (row, "Model", TODAY)


def test_a_running_one_that_was_started_late_is_corrected(person: User, row: RowKey) -> None:
    timer = begin(person, row)
    assign(timer=timer, row=row, minutes=90, by=person, at=NOW + 10 * MINUTE)
    end(person, NOW + 15 * MINUTE)
    assert lines() == [(TODAY, 95, "")]


def test_a_clock_set_back_loses_nothing_that_was_gathered(person: User, row: RowKey) -> None:
    timer = begin(person, row)
    pause(staff=person.staff_member, by=person, at=NOW + 10 * MINUTE)
    resume(timer=timer, by=person, at=NOW + 20 * MINUTE)
    end(person, NOW - 60 * MINUTE)
    assert lines() == [(TODAY, 10, "")]


def test_thrown_away_it_leaves_the_lines(person: User, row: RowKey) -> None:
    timer = begin(person, row)
    end(person, NOW + 10 * MINUTE)
    resume(timer=timer, by=person, at=NOW + 20 * MINUTE)
    discard(timer=timer, by=person, at=NOW + 30 * MINUTE)
    assert lines() == [(TODAY, 10, "")]
    with pytest.raises(TimerIsGone):
        resume(timer=timer, by=person, at=NOW)


def test_a_line_that_was_cleared_meanwhile_is_made_anew(person: User, row: RowKey) -> None:
    timer = begin(person, row)
    end(person, NOW + 10 * MINUTE)
    TimeEntry.objects.all().delete()
    resume(timer=timer, by=person, at=NOW + 20 * MINUTE)
    end(person, NOW + 25 * MINUTE)
    assert lines() == [(TODAY, 5, "")]


def test_timers_of_others_need_the_right(cast: Cast, person: User, row: RowKey) -> None:
    with pytest.raises(NotAllowed):
        start(staff=cast.manager.staff_member, row=row, by=person, at=NOW)
    timer = begin(person, row)
    for call in (resume, finish, discard):
        with pytest.raises(NotAllowed):
            call(timer=timer, by=cast.finance, at=NOW)


def test_leavers_start_none(person: User, row: RowKey) -> None:
    staff = person.staff_member
    assert staff is not None
    staff.is_active = False
    staff.save()
    with pytest.raises(StaffIsInactive):
        start(staff=staff, row=row, by=None, at=NOW)
