"""Reasons that a firm gives again and again, offered where somebody is asked why."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower


class SuggestedReason(models.Model):
    """Words that a dialog offers; whoever is asked may write others."""

    class Kind(models.TextChoices):
        WRITE = "WRITE", "Write-ups and write-downs"
        HOLD = "HOLD", "Holds"
        DISCOUNT = "DISCOUNT", "Discounts"
        VOID = "VOID", "Voided and reissued documents"
        CREDIT = "CREDIT", "Credit memos"
        WRITE_OFF = "WRITE_OFF", "Write-offs"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    # As long as the shortest field that it is put into.
    words = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["kind", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("kind", Lower("words"), name="billing_reason_once"),
            models.CheckConstraint(condition=~models.Q(words=""), name="billing_reason_has_words"),
        ]

    def __str__(self) -> str:
        return self.words
