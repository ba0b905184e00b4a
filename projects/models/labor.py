"""Labor codes: the kind of work (Engineering, Field survey). Classes: the accountant's second way to cut it."""

from typing import ClassVar

from django.db import models


class LaborCode(models.Model):
    name = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=20, blank=True)
    is_billable = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    requires_notes = models.BooleanField(default=False, db_default=False)
    # Work of it is overtime: it does not count as regular hours of a week.
    is_overtime = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class WorkClass(models.Model):
    """A class, as accounting knows it: a branch or line of business that time and expenses are reported under."""

    name = models.CharField(max_length=80, unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "work classes"

    def __str__(self) -> str:
        return self.name
