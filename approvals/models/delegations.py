"""Delegations: who decides in whose place, from day to day."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from people.models import StaffMember


class Delegation(models.Model):
    """From day to day, `delegate` may decide what waits for `approver`. The days are those of the approver."""

    approver = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="delegated_to_me")
    starts_on = models.DateField()
    ends_on = models.DateField()
    # Who arranged it, as the name was; an administrator may do it for somebody who is away already.
    by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["delegate", "ends_on"], name="approvals_in_place_of")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="approvals_delegation_days"
            ),
            models.CheckConstraint(
                condition=~models.Q(approver=models.F("delegate")), name="approvals_no_delegation_to_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.approver}"
