"""What the schedule does with timers: carries running ones on, closes the day of those that ran over midnight."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from timesheets.models import Timer
from timesheets.timers import halt, lock_timers, today_of, write

logger = logging.getLogger(__name__)

# Timers that stand in the week whole are kept so long: nothing but a list needs them.
KEPT = timedelta(days=30)
UNWRITTEN = Q(seconds__gte=F("written_minutes") * 60 + 30)


def advance_timers(*, at: datetime) -> int:
    """Carries the running timers of the firm on, and closes past days; returns how many days of people it closed.

    Carrying on is two statements for all of them: what a timer has gathered by now stays, whatever happens to the
    server's clock. A timer of a past day, running or paused, is written for each day that is over in its person's own
    time zone and goes on for the present one, each in a transaction of its own. The timers of leavers stop.
    """
    over = _carry_on(at) + _paused_over(at)
    closed = 0
    for timer in over:
        try:
            closed += _close(timer, at)
        except Exception:
            # One person's timer is no reason to leave the others'; the next round tries it again.
            logger.exception("Timer %s could not be closed", timer.pk)
    Timer.objects.filter(~UNWRITTEN, running_since=None, refusal="", worked_on__lt=at.date() - KEPT).delete()
    return closed


def _carry_on(at: datetime) -> list[Timer]:
    """Adds what ran since the last round to the timers of the present day; returns those of days that are over."""
    over, current = [], []
    with transaction.atomic():
        running = (
            Timer.objects.running()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("staff__user")
            .order_by("pk")
        )
        for timer in running:
            if timer.worked_on < today_of(timer.staff, at) or not timer.staff.is_active:
                over.append(timer)
            elif timer.running_since is not None:
                _gather(timer, timer.running_since, at)
                current.append(timer)
        Timer.objects.bulk_update(current, ["seconds", "running_since"])
    return over


def _gather(timer: Timer, since: datetime, at: datetime) -> None:
    """Whole seconds only, so that the rest is not lost each round; a clock that was set back begins a new run."""
    run = int((at - since).total_seconds())
    timer.seconds += max(0, run)
    timer.running_since = at if run < 0 else since + timedelta(seconds=run)


def _paused_over(at: datetime) -> list[Timer]:
    paused = Timer.objects.filter(
        UNWRITTEN, running_since=None, refusal="", worked_on__lte=at.date() + timedelta(1)
    )
    return [
        timer
        for timer in paused.select_related("staff__user").order_by("pk")
        if timer.worked_on < today_of(timer.staff, at)
    ]


def _close(seen: Timer, at: datetime) -> int:
    """Writes the days of the timer that are over; a running one goes on today. Returns how many there were."""
    with transaction.atomic():
        staff = lock_timers(seen.staff)
        timer = Timer.objects.select_for_update(of=("self",)).filter(pk=seen.pk).first()
        if timer is None:
            return 0
        goes_on = timer.is_running and staff.is_active
        days = halt(staff, timer, staff.user, at)
        if goes_on:
            today = days.pop()
            today.running_since = at
            today.save(update_fields=["running_since"])
        write(staff, days, staff.user, at)
        return len(days)
