"""Projects, their contract lines, tasks and team."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from clients.models import Client
from core.transitions import Transitions
from people.models import StaffMember
from projects.models.contracts import ContractLine
from projects.models.labor import LaborCode


class ProjectQuerySet(models.QuerySet["Project"]):
    def open(self) -> "ProjectQuerySet":
        return self.filter(state=Project.State.OPEN)

    def led_by(self, member: StaffMember) -> "ProjectQuerySet":
        return self.filter(lead=member)


class Project(models.Model):
    """Work for one client, billed by its contract lines, in the client's currency."""

    class State(models.TextChoices):
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"

    TRANSITIONS: ClassVar = Transitions({State.OPEN: {State.CLOSED}, State.CLOSED: {State.OPEN}})

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=160)
    code = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    lead = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="led_projects"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_billable = models.BooleanField(default=True)
    # Firm-internal work (proposals, training): anybody may log time.
    is_open_to_all = models.BooleanField(default=False)
    requires_notes = models.BooleanField(default=False, db_default=False)
    po_number = models.CharField(max_length=40, blank=True)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    objects: ClassVar = ProjectQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="projects_project_changed")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], name="projects_code_once", violation_error_message="This code is taken."
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None)
                | models.Q(starts_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="projects_end_after_start",
                violation_error_message="The project ends before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def currency(self) -> str:
        return self.client.currency


class Task(models.Model):
    """A piece of a project on which time is logged. It belongs to one contract line."""

    class State(models.TextChoices):
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"

    TRANSITIONS: ClassVar = Transitions({State.OPEN: {State.CLOSED}, State.CLOSED: {State.OPEN}})

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="tasks")
    contract_line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="tasks")
    name = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    is_billable = models.BooleanField(default=True)
    labor_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    budget_minutes = models.PositiveIntegerField(null=True, blank=True)
    requires_notes = models.BooleanField(default=False, db_default=False)
    position = models.PositiveSmallIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    class Meta:
        ordering: ClassVar = ["position", "name"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="projects_task_changed")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="projects_task_name_once",
                violation_error_message="This project already has a task of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """Somebody who may log time to the project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="team")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="memberships")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "staff"], name="projects_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.staff} on {self.project}"
