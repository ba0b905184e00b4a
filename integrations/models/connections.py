"""The firm's accounts at vendors."""

from django.db import models
from django.db.models.functions import Now

from core.secrets import EncryptedTextField


class Connection(models.Model):
    """The firm's account at a vendor: bound once, checked on each use."""

    class Health(models.TextChoices):
        ONBOARDING = "ONBOARDING", "Not finished"
        READY = "READY", "Ready"
        RESTRICTED = "RESTRICTED", "Restricted"
        LOST = "LOST", "Access lost"
        DISCONNECTED = "DISCONNECTED", "Disconnected"

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
    # OAuth: encrypted at rest, renewed under the lock of this row.
    access_token = EncryptedTextField(blank=True, default="")
    refresh_token = EncryptedTextField(blank=True, default="")
    access_expires_at = models.DateTimeField(null=True, blank=True)
    refresh_expires_at = models.DateTimeField(null=True, blank=True)
    # Whatever the use, the consent ends then and a person must connect anew.
    hard_expires_at = models.DateTimeField(null=True, blank=True)
    # When the vendor's lists were last pulled whole, and when a message of the vendor last came.
    pulled_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.provider} {self.account_id}"
