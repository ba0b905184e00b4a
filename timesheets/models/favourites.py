"""Rows of the week that a person keeps at hand."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from people.models import StaffMember
from projects.models import LaborCode, Task, WorkClass


class FavouriteRow(models.Model):
    """A row that somebody starred. `is_billable` None: as project, task and labor code say."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="favourite_rows")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    labor_code = models.ForeignKey(LaborCode, null=True, on_delete=models.CASCADE, related_name="+")
    work_class = models.ForeignKey(WorkClass, null=True, on_delete=models.CASCADE, related_name="+")
    is_billable = models.BooleanField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff", "task", "labor_code", "work_class", "is_billable"],
                name="timesheets_favourite_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.task}"
