"""Work that is kept from being billed: held for now, or written off for good without an invoice."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from projects.models import Project
from timesheets.models import TimeEntry


class WorkHold(models.Model):
    """A project, or one entry, that is not billed until somebody releases it."""

    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="billing_holds"
    )
    entry = models.ForeignKey(
        TimeEntry, null=True, blank=True, on_delete=models.CASCADE, related_name="billing_holds"
    )
    reason = models.CharField(max_length=200)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    held_at = models.DateTimeField(db_default=Now())
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(project=None, entry__isnull=False)
                | models.Q(project__isnull=False, entry=None),
                name="billing_hold_has_one_thing",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="billing_work_hold_has_reason"),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(released_at=None), name="billing_project_held_once"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=models.Q(released_at=None), name="billing_entry_held_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class WorkWriteOff(models.Model):
    """Work in progress written off without an invoice: its entries are consumed and asked for from nobody."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="work_write_offs")
    reason = models.CharField(max_length=200)
    minutes = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    written_off_on = models.DateField()
    written_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-written_off_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="billing_work_write_off_has_reason")
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min, {self.reason}"
