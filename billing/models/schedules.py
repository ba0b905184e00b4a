"""Schedules: projects that are billed by themselves, and each of their runs."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from billing.models.invoices import Invoice
from core.cycles import MOST_PERIODS
from projects.models import Project
from projects.models.recurrence import Frequency, Timing


class BillingSchedule(models.Model):
    """Bills a project again and again: everything that is ready to bill on it, up to the day."""

    Frequency, Timing = Frequency, Timing

    class Action(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        ISSUE = "ISSUE", "Draft and issue"
        SEND = "SEND", "Draft, issue and send"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="billing_schedules")
    name = models.CharField(max_length=120)
    frequency = models.CharField(max_length=10, choices=Frequency.choices, default=Frequency.MONTHLY)
    # A day of the month, or 1 Monday to 7 Sunday for weeks.
    anchor_day = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    # Where it ends after so many periods, the day above follows from that number.
    period_count = models.PositiveSmallIntegerField(null=True, blank=True)
    timing = models.CharField(max_length=10, choices=Timing.choices, default=Timing.LAST_DAY)
    action = models.CharField(max_length=10, choices=Action.choices, default=Action.DRAFT)
    # A fee for each period besides the work; empty: only what is ready to bill.
    fee_name = models.CharField(max_length=160, blank=True, default="", db_default="")
    fee_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # Whether a shorter first or last period costs its share of the days.
    prorates = models.BooleanField(default=True, db_default=True)
    # By how much the fee rises with each full year.
    escalator_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0, db_default=0)
    is_active = models.BooleanField(default=True)
    # What was due before is not caught up: the day on which it was made, or set going again.
    runs_from = models.DateField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="billing_schedule_ends_after_start",
                violation_error_message="The schedule ends before it starts.",
            ),
            models.CheckConstraint(
                condition=models.Q(period_count=None)
                | models.Q(period_count__range=(1, MOST_PERIODS), ends_on__isnull=False),
                name="billing_schedule_counts_periods",
                violation_error_message="A number of periods is at least 1 and has a last day.",
            ),
            models.CheckConstraint(
                condition=models.Q(fee_amount=None, fee_name="")
                | (models.Q(fee_amount__gt=0) & ~models.Q(fee_name="")),
                name="billing_schedule_fee_has_name",
                violation_error_message="A fee has a name and an amount above zero.",
            ),
            models.CheckConstraint(
                condition=models.Q(escalator_percent__gte=0),
                name="billing_schedule_fee_rises",
                violation_error_message="The yearly increase is not below zero.",
            ),
            models.CheckConstraint(
                condition=models.Q(frequency__in=["WEEKLY", "BIWEEKLY"], anchor_day__range=(1, 7))
                | (~models.Q(frequency__in=["WEEKLY", "BIWEEKLY"]) & models.Q(anchor_day__range=(1, 31))),
                name="billing_schedule_has_anchor",
                violation_error_message="The anchor is a day from 1 to 31, for weeks from 1 (Monday) to 7 (Sunday).",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScheduleRun(models.Model):
    """One period of a schedule: there is one row, so that a period is never billed twice."""

    class State(models.TextChoices):
        STARTED = "STARTED", "Started"
        DONE = "DONE", "Done"
        NOTHING = "NOTHING", "Nothing to bill"
        FAILED = "FAILED", "Failed"

    schedule = models.ForeignKey(BillingSchedule, on_delete=models.CASCADE, related_name="runs")
    period_first_on = models.DateField()
    period_last_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    # Why nothing came of it, or what failed and how to mend it.
    reason = models.CharField(max_length=400, blank=True)
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.SET_NULL, related_name="schedule_runs"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    ran_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["schedule", "period_first_on"], name="billing_schedule_period_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.period_first_on}: {self.state}"

    @property
    def invoices(self) -> list[Invoice]:
        """What it drafted: one invoice, or one for each payer."""
        return [self.invoice, *self.further_invoices.all()] if self.invoice else []
