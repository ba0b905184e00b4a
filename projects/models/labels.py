"""What the firm calls its projects: types, statuses, categories."""

from typing import ClassVar

from django.db import models


class ProjectLabel(models.Model):
    """One entry of the firm's list of project types, statuses or categories. Its kind never changes.

    A status is a word for people (On hold, In closeout); whether time may be logged is the project's state.
    """

    class Kind(models.TextChoices):
        TYPE = "TYPE", "Type"
        STATUS = "STATUS", "Status"
        CATEGORY = "CATEGORY", "Category"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "name"], name="projects_label_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["TYPE", "STATUS", "CATEGORY"]), name="projects_label_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name
