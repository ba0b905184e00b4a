"""Templates of projects: what is copied when one is opened, with days counted from its start."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from people.models import StaffMember
from projects.models.budgets import BudgetCrossing
from projects.models.labels import ProjectLabel
from projects.models.labor import LaborCode
from projects.models.projects import Task


class ProjectTemplate(models.Model):
    """What new projects of a kind begin with. Amounts are in whatever currency the new project's client has."""

    name = models.CharField(max_length=120, unique=True)
    notes = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)
    type = models.ForeignKey(ProjectLabel, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    category = models.ForeignKey(
        ProjectLabel, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_billable = models.BooleanField(default=True)
    requires_notes = models.BooleanField(default=False)
    # So many days after its start the project ends.
    length_days = models.PositiveSmallIntegerField(null=True, blank=True)
    budget_minutes = models.PositiveIntegerField(null=True, blank=True)
    budget_fee_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    budget_expense_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # That of fees, caps and rates; empty where it holds none.
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    # Which letter is the base rate; empty for none.
    base_source = models.CharField(max_length=10, blank=True, default="", db_default="")
    base_letter = models.CharField(max_length=1, blank=True, default="", db_default="")
    # A rule of rounding of its own; without a mode that of client or firm.
    rounding_mode = models.CharField(max_length=10, blank=True, default="", db_default="")
    rounding_unit_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    rounding_minimum_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    rounding_scope = models.CharField(max_length=10, blank=True, default="", db_default="")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(base_source="", base_letter="")
                | Q(base_source__in=["STAFF", "LABOR_CODE"], base_letter__in=["A", "B", "C", "D", "E"]),
                name="projects_template_base_is_a_letter",
            ),
            models.CheckConstraint(
                condition=Q(rounding_mode="", rounding_unit_minutes=None)
                | ~Q(rounding_mode="")
                & Q(rounding_unit_minutes__isnull=False, rounding_minimum_minutes__isnull=False),
                name="projects_template_rounding_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateTask(models.Model):
    """One task of a template; `position` is its place in the tree, parents before their parts."""

    template = models.ForeignKey(ProjectTemplate, on_delete=models.CASCADE, related_name="tasks")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts")
    line = models.ForeignKey(
        "projects.TemplateLine", null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks"
    )
    name = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField()
    is_billable = models.BooleanField(default=True)
    requires_notes = models.BooleanField(default=False)
    labor_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Days after the project's start; a task may begin before it.
    start_day = models.SmallIntegerField(null=True, blank=True)
    due_day = models.SmallIntegerField(null=True, blank=True)
    budget_minutes = models.PositiveIntegerField(null=True, blank=True)
    budget_fee_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    budget_expense_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    budget_cost_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    budget_stop = models.CharField(max_length=7, choices=Task.Stop.choices, default=Task.Stop.NONE)
    progress_by = models.CharField(
        max_length=6, choices=Task.ProgressBy.choices, default=Task.ProgressBy.HAND
    )

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "position"], name="projects_template_task_place"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="projects_template_task_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateMember(models.Model):
    """Somebody who joins the team of projects opened from a template."""

    template = models.ForeignKey(ProjectTemplate, on_delete=models.CASCADE, related_name="team")
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="+")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "staff"], name="projects_template_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.staff} in {self.template}"


class TemplateBudgetMonth(models.Model):
    """What of the budget is meant for the month that is so many after that of the project's start."""

    template = models.ForeignKey(ProjectTemplate, on_delete=models.CASCADE, related_name="budget_months")
    measure = models.CharField(max_length=8, choices=BudgetCrossing.Measure.choices)
    month_number = models.SmallIntegerField()
    budget = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["template", "measure", "month_number"], name="projects_template_budget_month_once"
            ),
            models.CheckConstraint(condition=Q(budget__gte=0), name="projects_template_budget_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.template}, month {self.month_number}"
