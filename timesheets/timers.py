"""Timers: starting, stopping, and what they become. Measured on the server; one runs for a person.

Seconds become whole minutes half-up, of all runs of the timer on that day together: less than half a minute writes
nothing, and the timer stays to be resumed. Minutes are added to the line that the timer became before, else to the
only open line of its row and day if their notes go together, else they become a line of their own. Where the firm uses
start and end times, a run without a break becomes a line of its own with these.

Whatever the rules of recording refuse (a locked day, a closed project, a day that is full) stops the clock all the
same: the timer keeps its minutes and says why, until it is given another place, corrected or thrown away.
"""

import zoneinfo
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.minutes import DAY_MINUTES, format_decimal
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import OPEN_STATES, OpenDay, StaffIsInactive, check_may_record, open_day
from timesheets.models import TimeEntry, Timer
from timesheets.recording import Notes, add_line, change_line
from timesheets.rows import RowKey, place_for
from timesheets.timer_days import end_of, rest_of, runs_by_day, times_of, zone_or_utc

NO_PLACE = "Choose what you worked on."


class NoTimerRuns(Refusal):
    """Nothing to stop."""

    sentence = "No timer is running."


class TimerIsGone(Refusal):
    """Another page threw it away."""

    sentence = "This timer is no longer there. Load the page again."


class TimerIsWritten(Refusal):
    """Its minutes stand in the week; they are changed there."""

    sentence = "{hours} h of this timer stand in your week already. Change them there."


class TimerIsTooLong(Refusal):
    sentence = "A timer of one day has at most 24 hours."


def row_of(timer: Timer) -> RowKey | None:
    """The row that the timer is on, or None."""
    if timer.task_id is None:
        return None
    return RowKey(timer.task_id, timer.labor_code_id, timer.work_class_id, timer.is_billable)


def today_of(staff: StaffMember, at: datetime) -> date:
    """The date of the instant in the person's own time zone; UTC for somebody who never signs in."""
    return at.astimezone(zone_of(staff)).date()


def zone_of(staff: StaffMember) -> zoneinfo.ZoneInfo:
    """The person's time zone."""
    return zone_or_utc(staff.user.time_zone if staff.user is not None else "")


def start(*, staff: StaffMember, row: RowKey | None, note: str = "", by: User | None, at: datetime) -> Timer:
    """Starts a timer, or goes on with the one of today that has the same row and note. Stops the one that runs.

    Without a row: it is filled in later. Raises NotAllowed, StaffIsInactive, NoSuchRow, and what `record_time` says of
    a place that takes no time. What ran before and cannot be written stays among the timers.
    """
    check_may_record(by, staff)
    with transaction.atomic():
        staff = lock_timers(staff)
        _check_place(staff, row)
        _stop_running(staff, by, at)
        timer = _same_of_today(staff, row, note.strip(), at)
        if timer is None:
            timer = Timer(staff=staff, note=note.strip()[:1000], worked_on=today_of(staff, at), started_at=at)
            _put_on(timer, row)
        audit.acting("timer.start", by=by, subject=staff, row=str(row or ""))
        return _run(timer, at)


def stop(*, staff: StaffMember, by: User | None, at: datetime) -> list[TimeEntry]:
    """Stops the running timer and writes its minutes: a line for each day it ran. Returns these lines.

    Fewer than it ran on days, or none, when something refused them: see `kept`. Raises NotAllowed, NoTimerRuns.
    """
    check_may_record(by, staff)
    with transaction.atomic():
        staff = lock_timers(staff)
        audit.acting("timer.stop", by=by, subject=staff)
        entries = _stop_running(staff, by, at)
        if entries is None:
            raise NoTimerRuns
        return entries


def pause(*, staff: StaffMember, by: User | None, at: datetime) -> Timer:
    """Stops the clock of the running timer and writes nothing of its present day. Raises NotAllowed, NoTimerRuns."""
    check_may_record(by, staff)
    with transaction.atomic():
        staff = lock_timers(staff)
        audit.acting("timer.pause", by=by, subject=staff)
        timer = Timer.objects.filter(staff=staff).running().select_for_update().first()
        if timer is None:
            raise NoTimerRuns
        *_, last = halt(staff, timer, by, at)
        return last


def resume(*, timer: Timer, by: User | None, at: datetime) -> Timer:
    """Goes on with a timer of today; from one of an earlier day a new one starts on the same row with the same note.

    Stops the one that runs. Raises NotAllowed, StaffIsInactive, TimerIsGone, and what `start` says of the place.
    """
    check_may_record(by, timer.staff)
    with transaction.atomic():
        staff = lock_timers(timer.staff)
        timer = _locked(timer)
        if timer.is_running:
            return timer
        if timer.worked_on != today_of(staff, at):
            return start(staff=staff, row=row_of(timer), note=timer.note, by=by, at=at)
        _check_place(staff, row_of(timer))
        audit.acting("timer.start", by=by, subject=staff, row=str(row_of(timer) or ""))
        _stop_running(staff, by, at)
        return _run(timer, at)


def finish(*, timer: Timer, by: User | None, at: datetime) -> list[TimeEntry]:
    """Stops this timer if it runs and writes what is not written yet; also another try for one that was refused.

    Raises NotAllowed, TimerIsGone.
    """
    check_may_record(by, timer.staff)
    with transaction.atomic():
        staff = lock_timers(timer.staff)
        timer = _locked(timer)
        audit.acting("timer.stop", by=by, subject=staff)
        return write(staff, halt(staff, timer, by, at), by, at)


def assign(
    *,
    timer: Timer,
    row: RowKey | None,
    note: str | None = None,
    minutes: int | None = None,
    by: User | None,
    at: datetime,
) -> Timer:
    """Says what the timer is for, and with `minutes` what it has measured on its day, as when it was started late.

    A running one goes on from there. One that was refused is written at once, if it can be now: `refusal` says why not.
    Raises NotAllowed, TimerIsGone, TimerIsWritten, TimerIsTooLong (field text), NoSuchRow, and what `record_time` says
    of a closed place.
    """
    check_may_record(by, timer.staff)
    if minutes is not None and not 0 <= minutes <= DAY_MINUTES:
        raise TimerIsTooLong(field="text")
    with transaction.atomic():
        staff = lock_timers(timer.staff)
        timer = _locked(timer)
        was_kept = bool(timer.refusal) and not timer.is_running
        if row != row_of(timer):
            _check_unwritten(timer)
            _check_place(staff, row)
        audit.acting("timer.assign", by=by, subject=staff, row=str(row or ""), minutes=minutes)
        _put_on(timer, row)
        timer.note = timer.note if note is None else note.strip()[:1000]
        if minutes is not None:
            timer = _measured(staff, timer, minutes, by, at)
        timer.save()
        if was_kept and row is not None:
            write(staff, [timer], by, at)
        return timer


def _measured(staff: StaffMember, timer: Timer, minutes: int, by: User | None, at: datetime) -> Timer:
    _check_unwritten(timer)
    timer.unwritten_since = None
    if timer.is_running:
        *_, timer = halt(staff, timer, by, at)
        timer.running_since, timer.unwritten_since = at, at - timedelta(minutes=minutes)
    timer.seconds = minutes * 60
    return timer


def discard(*, timer: Timer, by: User | None, at: datetime) -> None:
    """Throws the timer away, running or not; lines that it became stay. Raises NotAllowed, TimerIsGone."""
    check_may_record(by, timer.staff)
    with transaction.atomic():
        staff = lock_timers(timer.staff)
        timer = _locked(timer)
        run = (at - timer.running_since).total_seconds() if timer.running_since else 0
        audit.acting(
            "timer.discard",
            by=by,
            subject=staff,
            seconds=timer.seconds + max(0, int(run)),
            worked_on=timer.worked_on,
            row=str(row_of(timer) or ""),
            note=timer.note,
        )
        timer.delete()


def lock_timers(staff: StaffMember) -> StaffMember:
    """Locks the person's row: all that is done to their timers and their time waits for each other. One statement."""
    return (
        StaffMember.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .get(pk=staff.pk)
    )


def halt(staff: StaffMember, timer: Timer, by: User | None, at: datetime) -> list[Timer]:
    """Stops the clock: the timer with what it gathered, and one for each further day that it ran into."""
    if timer.running_since is None:
        return [timer]
    first, *later = runs_by_day(timer.worked_on, timer.running_since, at, zone_of(staff))
    timer.seconds, timer.running_since = timer.seconds + first.seconds, None
    days = [timer]
    for run in later:
        before = days[-1]
        rest = rest_of(before.seconds)
        before.seconds -= rest
        after = Timer(
            staff=staff,
            note=timer.note,
            worked_on=run.on,
            started_at=timer.started_at,
            seconds=rest + run.seconds,
            unwritten_since=end_of(before.worked_on, zone_of(staff)),
        )
        _put_on(after, row_of(timer))
        days.append(after)
    for day in days:
        day.save()
    return days


def write(staff: StaffMember, timers: Sequence[Timer], by: User | None, at: datetime) -> list[TimeEntry]:
    """Puts the unwritten minutes of stopped timers into the week; what is refused stays with its reason."""
    written = []
    for timer in timers:
        if timer.unwritten_minutes <= 0:
            continue
        timer.refusal = ""
        try:
            with promises(), transaction.atomic():
                entry = _write_one(staff, timer, by, at)
        except Refusal as refusal:
            timer.refusal = refusal.message[:400]
        else:
            timer.entry, timer.written_minutes, timer.unwritten_since = entry, timer.minutes, None
            written.append(entry)
        timer.save(update_fields=["refusal", "entry", "written_minutes", "unwritten_since"])
    return written


def _write_one(staff: StaffMember, timer: Timer, by: User | None, at: datetime) -> TimeEntry:
    """Adds the minutes to a line or makes one. Raises what recording raises."""
    row = row_of(timer)
    if row is None:
        raise Refusal(NO_PLACE)
    day = open_day(staff, timer.worked_on, today=today_of(staff, at))
    minutes = timer.unwritten_minutes
    times = None
    if day.rules.shows_times and timer.unwritten_since is not None:
        times = times_of(timer.unwritten_since, minutes, timer.worked_on, zone_of(staff))
    line = _line_for(timer, day, row) if times is None else None
    if line is None:
        return add_line(day, row, minutes, Notes(timer.note), by, times)
    return change_line(day, line, line.worked_minutes + minutes, Notes(line.note or timer.note or None), by)


def _line_for(timer: Timer, day: OpenDay, row: RowKey) -> TimeEntry | None:
    """The line that grows: the timer's own, else the only one of its row and day. Lines with times do not grow."""
    lines = day.lines_of(row)
    open_lines = [line for line in lines if line.state in OPEN_STATES and line.starts_at is None]
    own = next((line for line in open_lines if line.pk == timer.entry_id), None)
    if own is not None or len(lines) != 1:
        return own
    goes_together = [line for line in open_lines if not timer.note or line.note in ("", timer.note)]
    return goes_together[0] if goes_together else None


def _stop_running(staff: StaffMember, by: User | None, at: datetime) -> list[TimeEntry] | None:
    """Stops and writes whatever runs; None when nothing does."""
    timer = Timer.objects.filter(staff=staff).running().select_for_update().first()
    return None if timer is None else write(staff, halt(staff, timer, by, at), by, at)


def _run(timer: Timer, at: datetime) -> Timer:
    if not timer.staff.is_active:
        raise StaffIsInactive(name=timer.staff.name)
    # After a pause there is no one start for what is unwritten.
    timer.unwritten_since = None if timer.unwritten_minutes > 0 else at
    timer.running_since, timer.refusal = at, ""
    timer.save()
    return timer


def _locked(timer: Timer) -> Timer:
    """The timer as it is now, under lock. Raises TimerIsGone."""
    found = (
        Timer.objects.select_for_update(of=("self",))
        .select_related("staff__user")
        .filter(pk=timer.pk)
        .first()
    )
    if found is None:
        raise TimerIsGone
    return found


def _same_of_today(staff: StaffMember, row: RowKey | None, note: str, at: datetime) -> Timer | None:
    """The latest timer of today on the same row with the same note; without a row every start is a new one."""
    if row is None:
        return None
    today = Timer.objects.filter(staff=staff, worked_on=today_of(staff, at), task_id=row.task_id, note=note)
    return next((timer for timer in today.order_by("-pk") if row_of(timer) == row), None)


def _check_place(staff: StaffMember, row: RowKey | None) -> None:
    """Raises NoSuchRow, and why no time can be logged there."""
    place = place_for(staff, row) if row is not None else None
    if place is not None and place.refusal is not None:
        raise place.refusal


def _put_on(timer: Timer, row: RowKey | None) -> None:
    timer.task_id = row.task_id if row else None
    timer.labor_code_id = row.labor_code_id if row else None
    timer.work_class_id = row.work_class_id if row else None
    timer.is_billable = row.is_billable if row else None


def _check_unwritten(timer: Timer) -> None:
    """Raises TimerIsWritten."""
    if timer.written_minutes:
        raise TimerIsWritten(hours=format_decimal(timer.written_minutes))
