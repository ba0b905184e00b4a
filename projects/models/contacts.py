"""Who at the client gets the invoices of one project."""

from typing import ClassVar

from django.db import models

from clients.models import Contact
from projects.models.projects import Project


class ProjectContact(models.Model):
    """A contact with a role on one project.

    Who gets the project's invoices stands in for the client's billing contacts; copies go to both.
    """

    class Role(models.TextChoices):
        TO = "TO", "Gets its invoices"
        CC = "CC", "Gets copies"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="contacts")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="projects")
    role = models.CharField(max_length=2, choices=Role.choices)

    class Meta:
        ordering: ClassVar = ["-role", "contact__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "contact"], name="projects_contact_once")
        ]

    def __str__(self) -> str:
        return f"{self.contact} on {self.project}"
