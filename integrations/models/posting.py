"""How the firm posts to its accounting, and what it posts by hand or not at all."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class QuickBooksRules(models.Model):
    """The firm's settings of posting to QuickBooks (one row)."""

    posts_invoices_automatically = models.BooleanField(default=False)
    posts_time = models.BooleanField(default=True)
    creates_customers = models.BooleanField(default=True)
    # What happened before this day is in the books already, by other ways, and is not offered.
    posts_from = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="integrations_one_quickbooks_rules_row")
        ]

    def __str__(self) -> str:
        return "QuickBooks rules"


class IgnoredPosting(models.Model):
    """A record that finance decided not to post, and why."""

    provider = models.CharField(max_length=20)
    local_kind = models.CharField(max_length=40)
    local_id = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "local_kind", "local_id"], name="integrations_ignored_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.local_kind} {self.local_id}"
