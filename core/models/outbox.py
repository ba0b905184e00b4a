"""What is to happen outside, written in the transaction that decided it."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


class OutboxQuerySet(models.QuerySet["OutboxRow"]):
    def due(self, at: datetime) -> "OutboxQuerySet":
        """Rows that may leave now."""
        return self.filter(state=OutboxRow.State.QUEUED, not_before__lte=at)

    def unsettled(self, at: datetime) -> "OutboxQuerySet":
        """Rows of which nobody knows whether they arrived, and which may be read back now."""
        return self.filter(state=OutboxRow.State.UNKNOWN, not_before__lte=at)

    def needing_a_person(self) -> "OutboxQuerySet":
        """Rows that will not move by themselves."""
        return self.filter(state__in=[OutboxRow.State.ATTENTION, OutboxRow.State.DEAD])


class OutboxRow(models.Model):
    """One delivery, exactly once for (kind, key). `request_id` stays the same for every try of a generation."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", "Waiting"
        SENDING = "SENDING", "Sending"
        UNKNOWN = "UNKNOWN", "Not sure"
        DONE = "DONE", "Done"
        ATTENTION = "ATTENTION", "Needs attention"
        DEAD = "DEAD", "Given up"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    generation = models.PositiveIntegerField(default=1)
    request_id = models.UUIDField(default=uuid.uuid4)
    claimed_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    answer = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    objects: ClassVar = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = "delivery"
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="core_outbox_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["QUEUED", "SENDING", "UNKNOWN", "DONE", "ATTENTION", "DEAD"]),
                name="core_outbox_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="SENDING") | models.Q(claimed_at__isnull=False),
                name="core_outbox_sending_is_claimed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "not_before"],
                condition=models.Q(state__in=["QUEUED", "SENDING", "UNKNOWN"]),
                name="core_outbox_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
