"""Time entries: the lines of work that are submitted, approved and billed."""

from datetime import date, time
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from core.transitions import Transitions
from people.models import StaffMember
from projects.models import LaborCode, Project, RateRule, Task, WorkClass


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    def between(self, first: date, last: date) -> "TimeEntryQuerySet":
        return self.filter(worked_on__range=(first, last))

    def submitted(self) -> "TimeEntryQuerySet":
        return self.filter(state=TimeEntry.State.SUBMITTED)

    def approved(self) -> "TimeEntryQuerySet":
        return self.filter(state=TimeEntry.State.APPROVED)

    def editable(self) -> "TimeEntryQuerySet":
        return self.filter(state__in=[TimeEntry.State.DRAFT, TimeEntry.State.REJECTED])

    def unrated(self) -> "TimeEntryQuerySet":
        """Billable work for which no rate was found. Zero is a rate; this is none."""
        return self.filter(is_billable=True, rate_amount=None)


class TimeEntry(models.Model):
    """One person's work on one task on one day, in whole minutes. The line is the unit of approval.

    `worked_minutes` stays as recorded. `billable_minutes` is what may be billed, after cuts and before any rounding.
    The rate is resolved and stored with its source when the entry is saved.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        SUBMITTED = "SUBMITTED", "Submitted"
        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Returned"

    TRANSITIONS: ClassVar = Transitions(
        {
            State.DRAFT: {State.SUBMITTED},
            State.SUBMITTED: {State.APPROVED, State.REJECTED, State.DRAFT},
            State.APPROVED: {State.SUBMITTED, State.REJECTED},
            State.REJECTED: {State.SUBMITTED},
        }
    )

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="time_entries")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="time_entries")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="time_entries")
    labor_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="time_entries"
    )
    work_class = models.ForeignKey(
        WorkClass, null=True, blank=True, on_delete=models.PROTECT, related_name="time_entries"
    )
    worked_on = models.DateField()
    # The day of the work, where that was locked and the line is dated to the first open day.
    original_on = models.DateField(null=True, blank=True)
    worked_minutes = models.PositiveSmallIntegerField()
    billable_minutes = models.PositiveSmallIntegerField()
    is_billable = models.BooleanField(default=True)
    # Optional times of the day, where the firm shows them; 00:00 as the end is midnight after the day.
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)
    # `note` is what the client may read; `internal_note` never leaves the firm.
    note = models.CharField(max_length=1000, blank=True)
    internal_note = models.CharField(max_length=1000, blank=True, db_default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)

    rate_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    rate_currency = models.CharField(max_length=3, blank=True)
    # What the rate is the price of: 60 minutes for an hour, N hours for a day.
    rate_minutes = models.PositiveSmallIntegerField(default=60, db_default=60)
    # Somebody with the right set it for this line alone, with a reason; nothing resolves it anew.
    has_own_rate = models.BooleanField(default=False, db_default=False)
    rate_rule = models.ForeignKey(RateRule, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # In words, as it was when the rate was resolved: Card "Larkspur 2026", role Senior engineer, since 1 Jan 2026.
    rate_source = models.CharField(max_length=240, blank=True)

    # Whoever wrote the line last.
    recorded_by_name = models.CharField(max_length=120, blank=True)
    # Somebody else who entered or changed it for the person; kept for ever.
    entered_by_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())
    # Kept by a trigger, so that no write escapes whoever asks for changes since an instant.
    updated_at = models.DateTimeField(db_default=Now())

    # Whether project, task or labor code ask for a note; whoever reads a week sets it.
    is_note_asked_for: bool = False

    objects: ClassVar = TimeEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "time entries"
        indexes: ClassVar = [
            models.Index(fields=["staff", "worked_on"], name="timesheets_week"),
            models.Index(fields=["project", "state", "worked_on"], name="timesheets_project"),
            models.Index(fields=["updated_at", "id"], name="timesheets_changed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(worked_minutes__gte=1, worked_minutes__lte=1440),
                name="timesheets_minutes_in_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(is_billable=True) | models.Q(billable_minutes=0),
                name="timesheets_not_billable_is_zero",
            ),
            models.CheckConstraint(
                condition=models.Q(rate_minutes__gte=60, rate_minutes__lte=1440)
                & (models.Q(has_own_rate=False) | models.Q(rate_amount__isnull=False)),
                name="timesheets_rate_fits",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at=None, ends_at=None)
                | models.Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=models.F("starts_at"))
                | models.Q(starts_at__isnull=False, ends_at=time(0)),
                name="timesheets_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.worked_on} {self.worked_minutes} min"
