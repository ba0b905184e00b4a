"""The record of who did what: one Action for each operation, one Change for each row that it changed."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


class Channel(models.TextChoices):
    WEB = "web", "Web"
    API = "api", "API"
    IMPORT = "import", "Import"
    SYNC = "sync", "Sync"
    SYSTEM = "system", "System"


class Action(models.Model):
    """One operation. Append-only; the person is kept as id and name as they were."""

    at = models.DateTimeField(db_default=Now())
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=160, blank=True)
    verb = models.CharField(max_length=80)
    why = models.TextField(blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SYSTEM)
    address = models.CharField(max_length=45, blank=True)
    subject_kind = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="core_action_subject"),
            models.Index(fields=["actor_id", "-id"], name="core_action_actor"),
            models.Index(fields=["-at"], name="core_action_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}".strip()


class Change(models.Model):
    """One changed or deleted row, old → new of the changed columns. Written by triggers only; append-only.

    A change without an action was made past all operations, such as by hand in psql.
    """

    action = models.ForeignKey(Action, null=True, on_delete=models.DO_NOTHING, related_name="changes")
    at = models.DateTimeField(db_default=Now())
    channel = models.CharField(max_length=10, choices=Channel.choices, db_default=Channel.SYSTEM)
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    old = models.JSONField()
    # None: the row was deleted.
    new = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["table_name", "row_id", "-id"], name="core_change_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"
