"""Two clients that were one: what was merged, and every value that the merge changed, so that it can be taken back."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from clients.models.clients import Client


class ClientMerge(models.Model):
    """All of `source` went over to `target`. Taken back, it keeps the day on which that was."""

    source = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    merged_by_name = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="clients_merge_of_two_clients"
            ),
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(undone_at=None), name="clients_merged_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} into {self.target}"


class MergedValue(models.Model):
    """One column of one row as it was before a merge and as the merge left it. Never changed."""

    merge = models.ForeignKey(ClientMerge, on_delete=models.PROTECT, related_name="values")
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    column_name = models.CharField(max_length=63)
    old_value = models.JSONField(null=True)
    new_value = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merge", "table_name", "column_name", "row_id"], name="clients_merged_value_once"
            )
        ]
        indexes: ClassVar = [
            # What the triggers of documents ask: may this row go over to that client?
            models.Index(fields=["table_name", "row_id", "column_name"], name="clients_merged_row")
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}: {self.column_name}"


class ClientsApart(models.Model):
    """Two clients of whom somebody said that they are not the same, whatever their names and numbers say."""

    first = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="clients_apart_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="clients_apart_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} is not {self.second}"
