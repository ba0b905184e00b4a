"""What is agreed about a fee that comes again and again, and about the hours or the money that it allows."""

from typing import ClassVar

from django.db import models

from core.cycles import MOST_PERIODS


class Frequency(models.TextChoices):
    WEEKLY = "WEEKLY", "Every week"
    BIWEEKLY = "BIWEEKLY", "Every two weeks"
    MONTHLY = "MONTHLY", "Every month"
    QUARTERLY = "QUARTERLY", "Every three months"
    SEMIANNUAL = "SEMIANNUAL", "Every six months"
    ANNUAL = "ANNUAL", "Every year"


class Timing(models.TextChoices):
    FIRST_DAY = "FIRST_DAY", "On the first day of each period"
    LAST_DAY = "LAST_DAY", "On the last day of each period"


class Rollover(models.TextChoices):
    """What becomes of what is left of an allowance."""

    NONE = "", "Nothing is carried over"
    CAPPED = "CAPPED", "At most so much is carried over"
    ALL = "ALL", "All of it is carried over"


IN_PERIODS = models.Q(method__in=["RECURRING", "ALLOWANCE"])
BY_WEEK = models.Q(frequency__in=[Frequency.WEEKLY, Frequency.BIWEEKLY])
HAS_ALLOWANCE = models.Q(
    allowance_minutes__gt=0, allowance_amount=None, overage_rate_amount__isnull=False
) | models.Q(allowance_minutes=None, allowance_amount__gt=0, allowance_amount__isnull=False)


class Recurrence(models.Model):
    """The periods of a contract line, whose fee is the price of one; and what each period allows.

    Empty where the method has no periods. An allowance is in minutes or in money.
    """

    frequency = models.CharField(
        max_length=10, choices=Frequency.choices, blank=True, default="", db_default=""
    )
    # A day of the month, or 1 Monday to 7 Sunday for weeks.
    anchor_day = models.PositiveSmallIntegerField(null=True, blank=True)
    timing = models.CharField(
        max_length=10, choices=Timing.choices, default=Timing.FIRST_DAY, db_default=Timing.FIRST_DAY
    )
    first_period_on = models.DateField(null=True, blank=True)
    last_period_on = models.DateField(null=True, blank=True)  # the last day of the last period
    # Where it ends after so many periods, the day above follows from that number.
    period_count = models.PositiveSmallIntegerField(null=True, blank=True)
    # Whether a shorter first or last period costs, and allows, its share of the days.
    prorates = models.BooleanField(default=True, db_default=True)
    # By how much the fee rises with each full year.
    escalator_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0, db_default=0)
    allowance_minutes = models.PositiveIntegerField(null=True, blank=True)
    allowance_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # The price of an hour beyond the allowance; what is beyond an allowance of money costs what it comes to.
    overage_rate_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    rollover = models.CharField(
        max_length=10, choices=Rollover.choices, blank=True, default="", db_default=""
    )
    rollover_minutes = models.PositiveIntegerField(null=True, blank=True)
    rollover_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # For how many following periods it stays; empty: for ever.
    rollover_periods = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~IN_PERIODS
                | models.Q(first_period_on__isnull=False, fee_amount__isnull=False, anchor_day__isnull=False)
                & models.Q(anchor_day__range=(1, 31))
                & ~models.Q(frequency=""),
                name="projects_line_has_periods",
                violation_error_message="A fee for each period needs the fee, the first period, how often and when.",
            ),
            models.CheckConstraint(
                condition=~BY_WEEK | models.Q(anchor_day__range=(1, 7)),
                name="projects_line_has_weekday",
                violation_error_message="For weeks the anchor is a day from 1 (Monday) to 7 (Sunday).",
            ),
            models.CheckConstraint(
                condition=models.Q(last_period_on=None)
                | models.Q(last_period_on__gte=models.F("first_period_on")),
                name="projects_line_periods_end_after_start",
                violation_error_message="The periods end before they begin.",
            ),
            models.CheckConstraint(
                condition=models.Q(period_count=None)
                | models.Q(period_count__range=(1, MOST_PERIODS), last_period_on__isnull=False),
                name="projects_line_counts_periods",
                violation_error_message="A number of periods is at least 1 and has a last day.",
            ),
            models.CheckConstraint(
                condition=models.Q(escalator_percent__gte=0)
                & (models.Q(overage_rate_amount=None) | models.Q(overage_rate_amount__gte=0))
                & (models.Q(rollover_amount=None) | models.Q(rollover_amount__gte=0)),
                name="projects_line_recurrence_not_negative",
                violation_error_message="A yearly increase, a price and what is carried over are not below zero.",
            ),
            models.CheckConstraint(
                condition=~models.Q(method="ALLOWANCE") | HAS_ALLOWANCE,
                name="projects_line_has_allowance",
                violation_error_message="An allowance is hours with a price for more of them, or money.",
            ),
            models.CheckConstraint(
                condition=~models.Q(rollover=Rollover.CAPPED)
                | models.Q(rollover_minutes__isnull=False)
                | models.Q(rollover_amount__isnull=False),
                name="projects_line_has_rollover",
                violation_error_message="Say how much is carried over at most.",
            ),
        ]
