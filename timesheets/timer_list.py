"""Timers as pages show them: the running one, and those of today with what is kept from before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.compiled import Compiled
from core.minutes import format_clock
from people.models import StaffMember
from timesheets.days import OPEN_STATES, day_words
from timesheets.models import Timer
from timesheets.rows import RowKey
from timesheets.timer_days import minutes_of

UNNAMED = "No project yet"
RUNNING: Compiled[Timer] = Compiled(
    lambda staff: (
        Timer.objects.filter(staff_id=staff)
        .exclude(running_since=None)
        .select_related("task__project__client", "labor_code", "work_class")
    ),
    staff=int,
)


@dataclass(frozen=True)
class ShownTimer:
    """A timer at an instant. `seconds` have passed on its day."""

    timer: Timer
    seconds: int
    today: date

    @property
    def pk(self) -> int:
        return self.timer.pk

    @property
    def is_running(self) -> bool:
        return self.timer.is_running

    @property
    def is_paused(self) -> bool:
        """Stopped for a while: it holds what is not written and nothing has refused it."""
        return not self.is_running and not self.timer.refusal and self.timer.unwritten_minutes > 0

    @property
    def is_kept(self) -> bool:
        return not self.is_running and bool(self.timer.refusal)

    @property
    def clock(self) -> str:
        """0:45, whole minutes that have passed."""
        return format_clock(max(0, self.seconds) // 60)

    @property
    def title(self) -> str:
        """The project, or that there is none yet."""
        return self.timer.task.project.name if self.timer.task else UNNAMED

    @property
    def name(self) -> str:
        """Project and task, or its note, in one line: for the shell."""
        if self.timer.task:
            return f"{self.title} · {self.timer.task.path}"
        return self.timer.note or UNNAMED

    @property
    def detail(self) -> str:
        """Task, labor code, class and client."""
        timer = self.timer
        if timer.task is None:
            return ""
        more = [part.name for part in (timer.labor_code, timer.work_class) if part is not None]
        return " · ".join([timer.task.path, *more, timer.task.project.client.name])

    @property
    def row_text(self) -> str:
        """The row of the week that it runs on, as addresses name it; empty for none."""
        timer = self.timer
        if timer.task_id is None:
            return ""
        return str(RowKey(timer.task_id, timer.labor_code_id, timer.work_class_id, timer.is_billable))

    @property
    def day_label(self) -> str:
        """The day, unless it is today."""
        return "" if self.timer.worked_on == self.today else day_words(self.timer.worked_on)


def running_timer(staff: StaffMember, at: datetime) -> ShownTimer | None:
    """The timer that runs, or None. One statement."""
    timer = RUNNING.first(staff=staff.pk)
    return shown(timer, at, timer.worked_on) if timer is not None else None


def timers_of(staff: StaffMember, today: date, at: datetime) -> list[ShownTimer]:
    """The timers of today, and what is kept from earlier days; the running one first, then the latest. One statement.

    A timer leaves the list when the line that it became is submitted.
    """
    mine = Timer.objects.filter(staff=staff).with_place().select_related("entry")
    listed = mine.filter(worked_on=today) | mine.exclude(refusal="") | mine.exclude(running_since=None)
    timers = [
        shown(timer, at, today) for timer in listed.order_by("-worked_on", "-pk") if not _is_over(timer)
    ]
    return sorted(timers, key=lambda one: not one.is_running)


def measured_minutes(timers: Sequence[ShownTimer], on: date) -> int:
    """What the timers of a day measured together."""
    return sum(minutes_of(one.seconds) for one in timers if one.timer.worked_on == on)


def shown(timer: Timer, at: datetime, today: date) -> ShownTimer:
    """The timer as it stands at that instant."""
    run = int((at - timer.running_since).total_seconds()) if timer.running_since else 0
    return ShownTimer(timer, timer.seconds + max(0, run), today)


def _is_over(timer: Timer) -> bool:
    """Whether its line is submitted and nothing is left to write."""
    is_waiting = timer.is_running or bool(timer.refusal) or timer.unwritten_minutes > 0
    return not is_waiting and timer.entry is not None and timer.entry.state not in OPEN_STATES
