"""Long work with progress, which survives a restart of its worker."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from core.money import percent_of


class Job(models.Model):
    """One piece of long work. A worker holds it while it writes heartbeats; a silent one loses it."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", "Waiting"
        RUNNING = "RUNNING", "Running"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed"
        CANCELED = "CANCELED", "Canceled"

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=160)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=250, blank=True)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    # Where to go when it is done: a path of the firm's host.
    url = models.CharField(max_length=250, blank=True)
    started_by_id = models.BigIntegerField(null=True)
    started_by_name = models.CharField(max_length=160, blank=True)
    started_at = models.DateTimeField(db_default=Now())
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    is_cancel_asked = models.BooleanField(default=False)
    # Work that would be done twice if two ran at once.
    is_alone = models.BooleanField(default=False, db_default=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["QUEUED", "RUNNING", "DONE", "FAILED", "CANCELED"]),
                name="core_job_state",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(is_alone=True, state__in=["QUEUED", "RUNNING"]),
                name="core_job_alone",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "heartbeat_at"],
                condition=models.Q(state__in=["QUEUED", "RUNNING"]),
                name="core_job_open",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELED)

    @property
    def percent(self) -> int | None:
        """How much is done, 0 to 100; None while the whole is not known."""
        return percent_of(self.done, self.total) if self.total else None
