"""Which records of vendors belong to ours."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


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
    # The vendor's record when it was last read or written here, and as it was before that.
    remote_image = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    prior_image = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
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
        indexes: ClassVar = [
            models.Index(fields=["local_kind", "local_id"], name="integrations_link_by_local")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.remote_type} {self.remote_id}"


class RemoteRecord(models.Model):
    """The mirror of one record of a vendor's list (an account, an item), as it was last pulled: what pickers offer."""

    provider = models.CharField(max_length=20)
    account_id = models.CharField(max_length=80)
    remote_type = models.CharField(max_length=40)
    remote_id = models.CharField(max_length=120)
    name = models.CharField(max_length=500)
    is_active = models.BooleanField(default=True)
    version = models.CharField(max_length=80, blank=True)
    image = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "account_id", "remote_type", "remote_id"],
                name="integrations_mirrored_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Mapping(models.Model):
    """Which of the vendor's records stands for one of ours; several of ours may share one of theirs."""

    provider = models.CharField(max_length=20)
    account_id = models.CharField(max_length=80)
    local_kind = models.CharField(max_length=40)
    local_id = models.BigIntegerField()
    remote_type = models.CharField(max_length=40)
    remote_id = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "account_id", "local_kind", "local_id"], name="integrations_mapped_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.local_kind} {self.local_id}: {self.remote_type} {self.remote_id}"
