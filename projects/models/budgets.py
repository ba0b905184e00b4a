"""Change orders, percent complete, and when people hear of budgets."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.models import StoredFile
from people.models import StaffMember
from projects.models.projects import Project, Task


def usual_percents() -> list[int]:
    """At which shares of a budget people hear of it until the firm says otherwise."""
    return [50, 75, 100]


class ProjectRules(models.Model):
    """The firm's settings of projects (one row)."""

    # Literal text, {client} and a run of zeros in braces: {client}-{000} makes LKS-001.
    code_pattern = models.CharField(max_length=30, default="{client}-{000}")
    # Up to three, rising; empty: nobody is told.
    alert_percents = ArrayField(
        models.PositiveSmallIntegerField(), size=3, default=usual_percents, blank=True
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="projects_one_rules_row"),
            models.CheckConstraint(
                condition=Q(alert_percents__len__lte=3) & ~Q(alert_percents__contains=[0]),
                name="projects_three_alerts",
            ),
        ]

    def __str__(self) -> str:
        return "Project rules"


class ChangeOrder(models.Model):
    """An agreed change of a project's budget: from when, why, and the paper that says so.

    The budgets of project and tasks are the current ones; the original is current less what live orders changed.
    A withdrawn order stays in the list and counts for nothing.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="change_orders")
    number = models.PositiveSmallIntegerField()
    agreed_on = models.DateField()
    reason = models.CharField(max_length=300)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="projects_change_order_number_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="projects_change_order_has_reason"),
        ]

    def __str__(self) -> str:
        return f"Change order {self.number}"


class ChangeOrderLine(models.Model):
    """By how much an order changes the cap of its project (no task) or the budget of one task; minus takes away."""

    order = models.ForeignKey(ChangeOrder, on_delete=models.CASCADE, related_name="lines")
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="change_order_lines"
    )
    minutes = models.IntegerField(default=0)
    fee_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    expense_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "task"], nulls_distinct=False, name="projects_change_order_line_once"
            ),
            models.CheckConstraint(
                condition=~Q(minutes=0, fee_amount=0, expense_amount=0),
                name="projects_change_order_line_changes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.task or 'project'}"


class TaskProgress(models.Model):
    """What somebody judged a task to be done by then, in percent. Kept for ever; the latest counts."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="progress")
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="projects_progress_percent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.percent} %"


class TaskAssignee(models.Model):
    """Who is to do a task. They are on the project's team."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assigned")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="assignments")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "staff"], name="projects_assignee_once")
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.task}"


class BudgetCrossing(models.Model):
    """A share of a budget that was reached and of which people were told. It is taken away when the budget is raised
    above what is used, so that the next time is told again."""

    class Measure(models.TextChoices):
        HOURS = "HOURS", "Hours"
        FEES = "FEES", "Fees"
        EXPENSES = "EXPENSES", "Expenses"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="crossings")
    # None: the project's cap.
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.CASCADE, related_name="crossings")
    measure = models.CharField(max_length=8, choices=Measure.choices)
    percent = models.PositiveSmallIntegerField()
    # The budget of that time, in minutes or in the client's currency.
    budget = models.DecimalField(max_digits=16, decimal_places=4)
    crossed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "task", "measure", "percent"],
                nulls_distinct=False,
                name="projects_crossing_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.measure} of {self.task or self.project}"


class BudgetMonth(models.Model):
    """What of a project's budget is meant for a month. All of them may come to another sum than the budget: change
    orders move that alone."""

    Measure = BudgetCrossing.Measure

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="budget_months")
    measure = models.CharField(max_length=8, choices=Measure.choices)
    month = models.DateField()  # its first day
    # In minutes or in the client's currency.
    budget = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        ordering: ClassVar = ["measure", "month"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "measure", "month"], name="projects_budget_month_once"
            ),
            models.CheckConstraint(condition=Q(budget__gte=0), name="projects_budget_month_not_negative"),
            models.CheckConstraint(condition=Q(month__day=1), name="projects_budget_month_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.project} in {self.month:%Y-%m}"
