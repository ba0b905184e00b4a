"""What comes in from vendors, and which of their records belong to ours."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Connection(models.Model):
    """The firm's account at a vendor: bound once, checked on each use."""

    class Health(models.TextChoices):
        ONBOARDING = "ONBOARDING", "Not finished"
        READY = "READY", "Ready"
        RESTRICTED = "RESTRICTED", "Restricted"
        LOST = "LOST", "Access lost"

    provider = models.CharField(max_length=20, unique=True)
    account_id = models.CharField(max_length=80)
    account_name = models.CharField(max_length=120, blank=True)
    health = models.CharField(max_length=12, choices=Health.choices, default=Health.ONBOARDING)
    message = models.CharField(max_length=300, blank=True)
    # What the account may do there, by the vendor's own words, such as "us_bank_account_ach_payments".
    capabilities = models.JSONField(default=list, blank=True)
    connected_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.provider} {self.account_id}"


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


class ExternalLink(models.Model):
    """One of our records and the vendor's record it belongs to."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", "Active"
        INACTIVE = "INACTIVE", "Inactive there"
        SEVERED = "SEVERED", "Link cut"
        DELETED = "DELETED", "Deleted there"

    provider = models.CharField(max_length=20)
    account_id = models.CharField(max_length=80)
    remote_type = models.CharField(max_length=40)
    remote_id = models.CharField(max_length=120)
    local_kind = models.CharField(max_length=40)
    local_id = models.BigIntegerField()
    remote_version = models.CharField(max_length=80, blank=True)
    remote_image = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    linked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "account_id", "remote_type", "remote_id"], name="integrations_remote_once"
            ),
            models.UniqueConstraint(
                fields=["provider", "account_id", "local_kind", "local_id"],
                condition=models.Q(state="ACTIVE"),
                name="integrations_local_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.remote_type} {self.remote_id}"
