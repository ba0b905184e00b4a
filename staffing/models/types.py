"""Kinds of leave: vacation, sick leave, parental leave and whatever else a firm grants."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q


class LeaveTypeQuerySet(models.QuerySet["LeaveType"]):
    def offered(self) -> "LeaveTypeQuerySet":
        """Those that can be requested."""
        return self.filter(is_active=True)


class LeaveType(models.Model):
    """One kind of leave and its rules.

    The allowance is of a leave year, in days or in minutes. A *day* is a fifth of the person's own working week, so
    that part-time people get their share; the allowance in minutes is the same for everybody.
    """

    class Accrual(models.TextChoices):
        NONE = "NONE", "No allowance"
        YEARLY = "YEARLY", "Granted at the beginning of the year"
        MONTHLY = "MONTHLY", "Earned month by month"

    class Unit(models.TextChoices):
        DAYS = "DAYS", "days"
        MINUTES = "MINUTES", "hours"

    class SeenBy(models.TextChoices):
        MANAGERS_OF_LEAVE = "MANAGERS_OF_LEAVE", "Only whoever manages leave"
        APPROVERS = "APPROVERS", "Whoever decides on it"
        EVERYBODY = "EVERYBODY", "Everybody"

    class Color(models.TextChoices):
        ACCENT = "ACCENT", "Blue"
        OK = "OK", "Green"
        WARN = "WARN", "Amber"
        BAD = "BAD", "Red"
        IDLE = "IDLE", "Gray"

    name = models.CharField(max_length=60, unique=True)
    color = models.CharField(max_length=6, choices=Color.choices, default=Color.ACCENT)
    is_paid = models.BooleanField(default=True)
    accrual = models.CharField(max_length=7, choices=Accrual.choices, default=Accrual.NONE)
    allowance_unit = models.CharField(max_length=7, choices=Unit.choices, default=Unit.DAYS)
    allowance_days = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    allowance_minutes = models.PositiveIntegerField(default=0)
    # The month in which its year begins, and the first day that counts: nothing is granted or taken before it.
    year_begins_month = models.PositiveSmallIntegerField(default=1)
    counts_from = models.DateField()
    # What goes over into the next year: empty is all of it, zero nothing. And how long it stays: empty is for ever.
    carry_limit_minutes = models.PositiveIntegerField(null=True, blank=True)
    carry_months = models.PositiveSmallIntegerField(null=True, blank=True)
    allows_negative = models.BooleanField(default=False)
    needs_approval = models.BooleanField(default=True)
    allows_half_days = models.BooleanField(default=True)
    # Others see that somebody is away, and no more.
    seen_by = models.CharField(max_length=17, choices=SeenBy.choices, default=SeenBy.APPROVERS)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = LeaveTypeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(year_begins_month__gte=1, year_begins_month__lte=12),
                name="staffing_year_has_month",
            ),
            models.CheckConstraint(
                condition=Q(carry_months=None) | Q(carry_months__gte=1, carry_months__lte=12),
                name="staffing_carried_for_months",
            ),
            models.CheckConstraint(
                condition=Q(accrual="NONE")
                | Q(allowance_unit="DAYS", allowance_days__gt=0)
                | Q(allowance_unit="MINUTES", allowance_minutes__gt=0),
                name="staffing_accrues_something",
            ),
            models.CheckConstraint(
                condition=Q(allowance_days__gte=0, allowance_days__lte=366), name="staffing_days_in_a_year"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_counted(self) -> bool:
        """Whether there is a balance to keep: an allowance, or what somebody granted by hand."""
        return self.accrual != self.Accrual.NONE or not self.allows_negative
