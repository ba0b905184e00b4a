"""Timers: work that is being measured, until it stands in the week as a time entry."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from people.models import StaffMember
from projects.models import LaborCode, Task, WorkClass
from timesheets.models.time import TimeEntry


class TimerQuerySet(models.QuerySet["Timer"]):
    def running(self) -> "TimerQuerySet":
        return self.exclude(running_since=None)

    def with_place(self) -> "TimerQuerySet":
        """With task, project, client and labor code, which its words name."""
        return self.select_related("task__project__client", "labor_code", "work_class")


class Timer(models.Model):
    """One person's clock for one piece of work on one day. One runs for a person, which the database holds.

    Work is measured in seconds: `seconds` are those gathered before `running_since`, carried on by a periodic task, so
    that a server's clock that is set back loses no more than one of its rounds. What remains of a minute at midnight
    goes along to the next day, hence it may be negative by half a minute. `written_minutes` stand in the week already.
    """

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="timers")
    # Without a task: to be filled in later.
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    labor_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    work_class = models.ForeignKey(
        WorkClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_billable = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    # The day in the person's time zone that the seconds belong to.
    worked_on = models.DateField()
    started_at = models.DateTimeField()
    running_since = models.DateTimeField(null=True, blank=True)
    # From when on its unwritten minutes ran without a break; empty where they did not, or were typed.
    unwritten_since = models.DateTimeField(null=True, blank=True)
    seconds = models.IntegerField(default=0, db_default=0)
    written_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Why its minutes do not stand in the week yet, in words.
    refusal = models.CharField(max_length=400, blank=True)
    # The line it became. Lines come and go by the hot path of the grid, which shall not look here: no constraint.
    entry = models.ForeignKey(
        TimeEntry, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = TimerQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff", "worked_on"], name="timesheets_timers_of_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff"],
                condition=models.Q(running_since__isnull=False),
                name="timesheets_one_timer_runs",
            ),
            models.CheckConstraint(condition=models.Q(seconds__gte=-30), name="timesheets_timer_counts_up"),
            models.CheckConstraint(
                condition=models.Q(task__isnull=False)
                | models.Q(labor_code=None, work_class=None, is_billable=None, written_minutes=0),
                name="timesheets_timer_code_has_task",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.worked_on} {self.task or 'timer'}"

    @property
    def is_running(self) -> bool:
        return self.running_since is not None

    @property
    def minutes(self) -> int:
        """The gathered seconds in whole minutes, half-up, at most a day."""
        return min(max(0, (self.seconds + 30) // 60), 24 * 60)

    @property
    def unwritten_minutes(self) -> int:
        """What does not stand in the week yet, the present run aside."""
        return self.minutes - self.written_minutes
