"""How billable minutes are rounded: by the firm, by a client, by a project."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clients.models import Client
from projects.models.projects import Project


class RoundingRule(models.Model):
    """The rule of the firm (no client, no project), or an exception of one client or one project.

    What was recorded is never changed: the rounded minutes are what a bill prints and charges.
    """

    class Mode(models.TextChoices):
        NONE = "NONE", "Not rounded"
        UP = "UP", "Up"
        NEAREST = "NEAREST", "To the nearest"
        DOWN = "DOWN", "Down"

    class Scope(models.TextChoices):
        ENTRY = "ENTRY", "Each entry"
        DAY = "DAY", "Each person's day on a task"
        LINE = "LINE", "Each line of the invoice"

    UNITS: ClassVar = (1, 5, 6, 10, 15, 30)

    client = models.OneToOneField(
        Client, null=True, blank=True, on_delete=models.CASCADE, related_name="rounding"
    )
    project = models.OneToOneField(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="rounding"
    )
    unit_minutes = models.PositiveSmallIntegerField(default=1)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.NONE)
    # At least so many minutes are billed, whatever the mode; 0 for no minimum.
    minimum_minutes = models.PositiveSmallIntegerField(default=0)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.ENTRY)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(client=None) | Q(project=None), name="projects_rounding_for_one"
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(client=None, project=None),
                name="projects_one_firm_rounding",
            ),
            models.CheckConstraint(
                condition=Q(unit_minutes__in=[1, 5, 6, 10, 15, 30]),
                name="projects_rounding_unit",
                violation_error_message="Rounding goes by 1, 5, 6, 10, 15 or 30 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(minimum_minutes__lte=1440),
                name="projects_rounding_minimum",
                violation_error_message="The least that is billed is at most a day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.unit_minutes} min"

    @property
    def whose(self) -> str:
        """The name of the client or project; empty for the firm's rule."""
        one = self.project or self.client
        return one.name if one is not None else ""
