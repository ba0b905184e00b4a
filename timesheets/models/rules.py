"""The firm's rules for time: periods, locks, notes, columns of the grid, and what is checked at submit."""

from datetime import date
from typing import ClassVar

from django.db import models


class TimeRules(models.Model):
    """The firm's settings of timesheets (one row)."""

    class PeriodKind(models.TextChoices):
        WEEKLY = "WEEKLY", "Every week"
        BIWEEKLY = "BIWEEKLY", "Every two weeks"
        SEMI_MONTHLY = "SEMI_MONTHLY", "Twice a month (1st to 15th, 16th to the end)"
        MONTHLY = "MONTHLY", "Every month"
        QUARTERLY = "QUARTERLY", "Every quarter"

    class NotesChecked(models.TextChoices):
        SAVE = "SAVE", "when a line is saved"
        SUBMIT = "SUBMIT", "when time is submitted"

    week_starts_on = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday, 6 is Sunday.")
    # What is submitted and approved together. The grid always shows a week.
    period_kind = models.CharField(max_length=12, choices=PeriodKind.choices, default=PeriodKind.WEEKLY)
    # A first day of a two-week period; only its distance in weeks counts.
    biweekly_from = models.DateField(default=date(2024, 1, 1))
    # The later one of the two that follow. Written by `locking` alone; triggers read it.
    locked_through = models.DateField(null=True, blank=True)
    locked_by_hand_through = models.DateField(null=True, blank=True)
    locked_by_grace_through = models.DateField(null=True, blank=True)
    # So many days after a period's end it is locked by itself; empty: somebody locks by hand.
    grace_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Work of a locked day may be entered all the same: dated to the first open day, its own day kept.
    dates_late = models.BooleanField(default=False, db_default=False)
    requires_notes = models.BooleanField(default=False)
    notes_checked = models.CharField(max_length=6, choices=NotesChecked.choices, default=NotesChecked.SUBMIT)
    note_min_length = models.PositiveSmallIntegerField(default=1)
    allows_future = models.BooleanField(default=False)
    # Columns and options of the grid.
    shows_labor_code = models.BooleanField(default=True)
    shows_class = models.BooleanField(default=False)
    shows_billable = models.BooleanField(default=False)
    shows_times = models.BooleanField(default=False)
    shows_budget = models.BooleanField(default=False)
    # A typed name and password under the statement, not a tick alone.
    signs_submit = models.BooleanField(default=False, db_default=False)
    # Rules of government contracts: daily notes, reasons for late and changed lines, signature on submit.
    is_dcaa = models.BooleanField(default=False)
    submit_statement = models.TextField(
        default="These hours are true and complete, and were worked on the projects and tasks named."
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="timesheets_one_rules_row"),
            models.CheckConstraint(
                condition=models.Q(week_starts_on__lte=6), name="timesheets_week_starts_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return "Time rules"

    @property
    def asks_signature(self) -> bool:
        """Whether a submission is signed."""
        return self.signs_submit or self.is_dcaa


class SubmitRule(models.Model):
    """What is checked when time is submitted, and how severe a breach is. One row for each kind."""

    class Kind(models.TextChoices):
        DAY_HOURS = "DAY_HOURS", "More hours in a day than"
        WEEK_SHORT = "WEEK_SHORT", "Fewer hours than required, after leave and holidays"
        WEEK_OVER = "WEEK_OVER", "More hours in a week than"
        OVERTIME = "OVERTIME", "More regular hours in a week than"
        NOTE_MISSING = "NOTE_MISSING", "A required note is missing"
        OVER_BUDGET = "OVER_BUDGET", "A task is over its budget"
        OVERLAP = "OVERLAP", "Times of two lines overlap"
        HOLIDAY_WORK = "HOLIDAY_WORK", "Work on a public holiday or on leave"
        CLOSED = "CLOSED", "The project or task is closed, or the labor code is not offered"

    class Severity(models.TextChoices):
        OFF = "OFF", "Off"
        WARN = "WARN", "Warn"
        BLOCK = "BLOCK", "Block"

    kind = models.CharField(max_length=12, choices=Kind.choices, unique=True)
    severity = models.CharField(max_length=5, choices=Severity.choices, default=Severity.WARN)
    # The limit of DAY_HOURS, WEEK_OVER and OVERTIME.
    limit_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(kind__in=["DAY_HOURS", "WEEK_OVER", "OVERTIME"])
                | models.Q(limit_minutes__gt=0),
                name="timesheets_rule_has_limit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_severity_display()}"
