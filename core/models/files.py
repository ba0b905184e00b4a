"""Stored files: the row names the bytes, the bytes lie on disk under their own hash, apart for each firm."""

from pathlib import Path
from typing import BinaryIO, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core import hosts


class StoredFile(models.Model):
    """A file that somebody uploaded or the system made. It has no public address: its owner's view serves it."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="core_file_hash"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the bytes lie, in the current firm's folder."""
        return Path(settings.DATA_DIR) / "files" / hosts.schema() / self.sha256[:2] / self.sha256

    def open(self) -> BinaryIO:
        """The bytes as an open file. FileNotFoundError when a backup was restored without its files."""
        return self.path.open("rb")

    def read(self) -> bytes:
        """All bytes."""
        return self.path.read_bytes()
