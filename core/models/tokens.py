"""Secrets in links: tokens that are used once, and public links that may be shown again."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Token(models.Model):
    """A random secret given to somebody; only its digest is kept."""

    purpose = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by_id = models.BigIntegerField(null=True)
    created_by_name = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "purpose"], name="core_token_subject")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_kind} {self.subject_id}"


class PublicLink(models.Model):
    """A door for somebody without an account. The signature is computed, so the link can be shown again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    purpose = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "purpose"],
                condition=models.Q(revoked_at=None),
                name="core_one_open_link",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_kind} {self.subject_id}"
