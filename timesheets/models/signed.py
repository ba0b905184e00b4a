"""What a person signed when submitting."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from approvals.models import Certification
from people.models import StaffMember


class SignedSubmission(models.Model):
    """Which lines a signature stands under, and whose they are. Append-only; the certification holds their hash."""

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="signed_submissions")
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    entry_ids = ArrayField(models.BigIntegerField())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff", "first_on"], name="timesheets_signed")]

    def __str__(self) -> str:
        return f"{self.staff} {self.first_on} to {self.last_on}"
