"""Corrections of a balance by hand: what somebody brought along, worked extra, or is owed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from people.models import StaffMember
from staffing.models.types import LeaveType


class LeaveAdjustment(models.Model):
    """Minutes that somebody added to a balance, or took from it, with the reason. Append-only."""

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="leave_adjustments")
    leave_type = models.ForeignKey(LeaveType, on_delete=models.PROTECT, related_name="adjustments")
    on = models.DateField()
    minutes = models.IntegerField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["on", "id"]
        indexes: ClassVar = [models.Index(fields=["staff", "on"], name="staffing_adjustment_of_person")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(minutes=0), name="staffing_adjusts_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="staffing_adjustment_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} on {self.on}"
