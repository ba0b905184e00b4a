"""Messages of vendors."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Arrival(models.Model):
    """A verified message from a vendor, stored under its event id before it is answered; handled once."""

    class State(models.TextChoices):
        NEW = "NEW", "New"
        DONE = "DONE", "Done"
        IGNORED = "IGNORED", "Nothing to do"
        FAILED = "FAILED", "Failed"

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    message = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    arrived_at = models.DateTimeField(db_default=Now())
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="integrations_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
