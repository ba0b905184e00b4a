"""Projects, their contract lines, tasks and team."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from clients.models import Client
from core.transitions import Transitions
from people.models import StaffMember
from projects.models.contracts import ContractLine
from projects.models.labels import ProjectLabel
from projects.models.labor import LaborCode

# Between the names of a task's path; the trigger that keeps paths writes the same.
PATH_SIGN = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


def not_negative(*names: str) -> models.Q:
    """That none of these is below zero; empty ones are not."""
    condition = models.Q()
    for name in names:
        condition &= models.Q(**{name: None}) | models.Q(**{f"{name}__gte": 0})
    return condition


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
    type = models.ForeignKey(
        ProjectLabel, null=True, blank=True, on_delete=models.PROTECT, related_name="projects_of_type"
    )
    status = models.ForeignKey(
        ProjectLabel, null=True, blank=True, on_delete=models.PROTECT, related_name="projects_in_status"
    )
    category = models.ForeignKey(
        ProjectLabel, null=True, blank=True, on_delete=models.PROTECT, related_name="projects_of_category"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_billable = models.BooleanField(default=True)
    # Firm-internal work (proposals, training): anybody may log time.
    is_open_to_all = models.BooleanField(default=False)
    requires_notes = models.BooleanField(default=False, db_default=False)
    po_number = models.CharField(max_length=40, blank=True)
    po_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    po_minutes = models.PositiveIntegerField(null=True, blank=True)
    # The project's cap, as it is after all change orders; tasks have budgets of their own beside it.
    budget_minutes = models.PositiveIntegerField(null=True, blank=True)
    budget_fee_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    budget_expense_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
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
            models.CheckConstraint(
                condition=not_negative("po_amount", "budget_fee_amount", "budget_expense_amount"),
                name="projects_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def currency(self) -> str:
        return self.client.currency


class Task(models.Model):
    """A piece of a project on which time is logged. It belongs to one contract line.

    Tasks form a tree: a task may have parts. Its budgets are for work on itself; what its parts have comes on top.
    `position` is the place in the whole tree, parents before their parts.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"

    class Stop(models.TextChoices):
        NONE = "NONE", "Nothing happens"
        WARN = "WARN", "Warn"
        COMMENT = "COMMENT", "Ask for a note"
        BLOCK = "BLOCK", "Block"

    # How percent complete is found.
    class ProgressBy(models.TextChoices):
        HAND = "HAND", "by hand"
        HOURS = "HOURS", "by hours"
        COST = "COST", "by cost"

    TRANSITIONS: ClassVar = Transitions({State.OPEN: {State.CLOSED}, State.CLOSED: {State.OPEN}})

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="tasks")
    contract_line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="tasks")
    name = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    is_billable = models.BooleanField(default=True)
    labor_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    # The names above it, kept by a trigger, so that lists show the way to a task without asking for it.
    parent_path = models.TextField(blank=True, db_default="", editable=False)
    depth = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    budget_minutes = models.PositiveIntegerField(null=True, blank=True)
    budget_fee_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    budget_expense_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # What it may cost the firm, in the currency of the firm's company: time and expenses.
    budget_cost_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # What happens when time would take the task above its hours.
    budget_stop = models.CharField(
        max_length=7, choices=Stop.choices, default=Stop.NONE, db_default=Stop.NONE
    )
    progress_by = models.CharField(
        max_length=6, choices=ProgressBy.choices, default=ProgressBy.HAND, db_default=ProgressBy.HAND
    )
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    requires_notes = models.BooleanField(default=False, db_default=False)
    position = models.PositiveSmallIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    class Meta:
        ordering: ClassVar = ["position", "name"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="projects_task_changed")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "parent", "name"],
                nulls_distinct=False,
                name="projects_task_name_once",
                violation_error_message="There is already a task of this name here.",
            ),
            models.CheckConstraint(condition=models.Q(depth__lte=8), name="projects_task_depth"),
            models.CheckConstraint(
                condition=not_negative("budget_fee_amount", "budget_expense_amount", "budget_cost_amount"),
                name="projects_task_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on=None)
                | models.Q(starts_on=None)
                | models.Q(due_on__gte=models.F("starts_on")),
                name="projects_task_due_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Its name behind those above it: Phase 1 › Hydraulic design."""
        return f"{self.parent_path}{PATH_SIGN}{self.name}" if self.parent_path else self.name


class TeamMember(models.Model):
    """Somebody who may log time to the project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="team")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="memberships")
    # Leads beside the project's own: they manage it and hear of its budget; approvals go to the project's own.
    is_lead = models.BooleanField(default=False, db_default=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "staff"], name="projects_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.staff} on {self.project}"
