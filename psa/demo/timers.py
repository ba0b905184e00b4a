"""Timers of this moment: those whom a visitor can be have one that runs, and one call that has no project yet."""

from datetime import timedelta

from core.errors import Refusal
from people.models import User
from psa.demo.cast import Stage
from timesheets.models import TimeEntry
from timesheets.rows import RowKey
from timesheets.timers import start, stop

# Whoever was on the phone first, and what ran since.
CALL, CALL_MINUTES = "Call about the next survey", 20
RUNNING_MINUTES = 45


def run_timers(stage: Stage) -> None:
    """A call of twenty minutes that waits for its project, then the work that goes on now."""
    for person in stage.story.people:
        if person.is_listed and person.manager:
            _run(stage, stage.users[person.key])


def _run(stage: Stage, user: User) -> None:
    staff, now = user.staff_member, stage.calendar.at
    entry = TimeEntry.objects.filter(staff=staff, project__state="OPEN").order_by("-worked_on", "-pk").first()
    if staff is None or entry is None:
        return
    called_at = now - timedelta(minutes=RUNNING_MINUTES + CALL_MINUTES)
    start(staff=staff, row=None, note=CALL, by=user, at=called_at)
    stop(staff=staff, by=user, at=called_at + timedelta(minutes=CALL_MINUTES))
    row = RowKey(entry.task_id, entry.labor_code_id)
    try:
        start(staff=staff, row=row, by=user, at=now - timedelta(minutes=RUNNING_MINUTES))
    except Refusal:
        # The latest work was on something that is closed by now: the call alone will do.
        return
