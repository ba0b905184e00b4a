"""Roles: named sets of rights."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Role(models.Model):
    """A named set of rights. Rights are constants in each room's access.py; a test compares the names."""

    name = models.CharField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True)
    rights = ArrayField(models.CharField(max_length=60), default=list)
    # The owner role cannot be edited or taken from the last owner.
    is_owner = models.BooleanField(default=False)
    is_builtin = models.BooleanField(default=False)
    # Whoever has the role signs in with something besides the password: an app's code or a passkey.
    requires_second_factor = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_owner"], condition=models.Q(is_owner=True), name="people_one_owner_role"
            )
        ]

    def __str__(self) -> str:
        return self.name
