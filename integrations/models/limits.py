"""How much of a vendor's allowance is used."""

from typing import ClassVar

from django.db import models


class CallBucket(models.Model):
    """The calls to one account of a vendor within the current minute and second, shared by all workers."""

    provider = models.CharField(max_length=20)
    account_id = models.CharField(max_length=80)
    minute_started_at = models.DateTimeField()
    calls_in_minute = models.PositiveIntegerField(default=0)
    second_started_at = models.DateTimeField()
    calls_in_second = models.PositiveIntegerField(default=0)
    # The vendor said to wait: nobody calls before.
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "account_id"], name="integrations_bucket_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.account_id}"
