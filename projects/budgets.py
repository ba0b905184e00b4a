"""Limits: the cap of a project, the budgets of its tasks, what both were before change orders, percent complete."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from core.money import ZERO
from projects.burn import share_percent
from projects.models import BudgetCrossing, ChangeOrderLine, Project, Task, TaskProgress

Measure = BudgetCrossing.Measure
# The field of projects and tasks, and that of a change order's line.
FIELDS = {
    Measure.HOURS: ("budget_minutes", "minutes"),
    Measure.FEES: ("budget_fee_amount", "fee_amount"),
    Measure.EXPENSES: ("budget_expense_amount", "expense_amount"),
}


@dataclass(frozen=True)
class Limits:
    """The cap of one project and the budgets of its tasks. `changes` by task id (None: the cap) and measure."""

    project: Project
    tasks: list[Task]
    changes: Mapping[tuple[int | None, str], Any] = field(default_factory=dict)

    def cap(self, measure: Measure) -> Any:
        """The project's own limit, None without one."""
        return getattr(self.project, FIELDS[measure][0])

    def task_sum(self, measure: Measure) -> Any:
        """What its tasks have together, None when none has a budget."""
        budgets = [getattr(task, FIELDS[measure][0]) for task in self.tasks]
        given = [budget for budget in budgets if budget is not None]
        return sum(given) if given else None

    def budget(self, measure: Measure) -> Any:
        """The cap, else what the tasks have together."""
        cap = self.cap(measure)
        return self.task_sum(measure) if cap is None else cap

    def original(self, measure: Measure) -> Any:
        """The same before all change orders."""
        budget = self.budget(measure)
        if budget is None:
            return None
        if self.cap(measure) is not None:
            return budget - self.changes.get((None, measure), 0)
        changed = sum(self.changes.get((task.pk, measure), 0) for task in self.tasks)
        return budget - changed

    def counted(self, measure: Measure) -> list[int] | None:
        """The ids of the tasks whose use counts: those with a budget; None: everything, because there is a cap or
        no budget at all."""
        if self.cap(measure) is not None or self.task_sum(measure) is None:
            return None
        return [task.pk for task in self.tasks if getattr(task, FIELDS[measure][0]) is not None]

    @property
    def exceeding(self) -> list[str]:
        """Measures of which the tasks together have more than the cap."""
        found = []
        for measure in Measure:
            cap, tasks = self.cap(measure), self.task_sum(measure)
            if cap is not None and tasks is not None and tasks > cap:
                found.append(str(measure.label).lower())
        return found


def limits_of(projects: Sequence[Project]) -> dict[int, Limits]:
    """Limits of these projects, their tasks in the order of the tree. Two statements."""
    ids = [project.pk for project in projects]
    tasks: dict[int, list[Task]] = {pk: [] for pk in ids}
    for task in (
        Task.objects.filter(project__in=ids).select_related("labor_code").order_by("position", "name")
    ):
        tasks[task.project_id].append(task)
    changes: dict[int, dict[tuple[int | None, str], Any]] = {pk: {} for pk in ids}
    sums = (
        ChangeOrderLine.objects.filter(order__project__in=ids, order__withdrawn_at=None)
        .order_by()
        .values("order__project", "task")
        .annotate(
            changed_minutes=Sum("minutes"),
            changed_fees=Sum("fee_amount"),
            changed_expenses=Sum("expense_amount"),
        )
    )
    for row in sums:
        own = changes[row["order__project"]]
        own[row["task"], Measure.HOURS] = row["changed_minutes"]
        own[row["task"], Measure.FEES] = row["changed_fees"]
        own[row["task"], Measure.EXPENSES] = row["changed_expenses"]
    return {project.pk: Limits(project, tasks[project.pk], changes[project.pk]) for project in projects}


def progress_of(
    tasks: Collection[Task], used_minutes: Mapping[int, int], costs: Mapping[int, Decimal] | None = None
) -> dict[int, Decimal]:
    """How far tasks are, in percent, by id: the latest word about those judged by hand, use of the budget for those
    by hours or by cost. Closed tasks are done. Left out: tasks of which nobody has said anything, and by hours or cost
    without a budget. `costs` are what tasks cost until now, in the currency of their budgets of cost.

    One statement.
    """
    by_hand = [task.pk for task in tasks if task.progress_by == Task.ProgressBy.HAND]
    said = dict(
        TaskProgress.objects.filter(task__in=by_hand)
        .order_by("task", "-pk")
        .distinct("task")
        .values_list("task", "percent")
    )
    found = {}
    for task in tasks:
        if task.state == Task.State.CLOSED:
            percent: Decimal | None = Decimal(100)
        elif task.progress_by == Task.ProgressBy.HOURS:
            percent = share_percent(used_minutes.get(task.pk, 0), task.budget_minutes)
        elif task.progress_by == Task.ProgressBy.COST:
            percent = share_percent((costs or {}).get(task.pk, ZERO), task.budget_cost_amount)
        else:
            percent = said.get(task.pk)
        if percent is not None:
            found[task.pk] = percent
    return found
