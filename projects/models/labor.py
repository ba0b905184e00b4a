"""Labor codes: the kind of work (Engineering, Field survey)."""

from typing import ClassVar

from django.db import models


class LaborCode(models.Model):
    name = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=20, blank=True)
    is_billable = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
