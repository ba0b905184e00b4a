"""What one measure of a project's budget is made of: by task, by person, by day. Hours, fees, expenses, cost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q, Sum

from core.money import ZERO, percent_of
from core.periods import week_of
from people.models import StaffMember, User
from projects.access import sees_costs
from projects.budgets import FIELDS
from projects.burn import run_weeks
from projects.costs import cost_currency
from projects.models import Project, Task
from reports.budget_list import sees_amounts
from reports.budgets import NOTHING, Budgets, Measure, budgets_of
from reports.burn_chart import BurnChart, Pace, burn_chart, recent_weekly
from timesheets.budgets import fee_amount
from timesheets.costs import cost_by_day, cost_by_person, cost_by_task, expense_costs
from timesheets.models import Expense, TimeEntry, TimeRules


class Lens(models.TextChoices):
    """What is looked at."""

    HOURS = "HOURS", "Hours"
    FEES = "FEES", "Fees"
    EXPENSES = "EXPENSES", "Expenses"
    COST = "COST", "Cost"


# The fields of `timesheets.budgets.Use` and of `reports.budgets.Billed`.
USED = {
    Lens.HOURS: ("minutes", "approved_minutes", "minutes"),
    Lens.FEES: ("fee_amount", "approved_fee_amount", "fee_amount"),
    Lens.EXPENSES: ("expense_amount", "approved_expense_amount", "expense_amount"),
}


@dataclass(frozen=True)
class Part:
    """A task or a person, in minutes or in an amount. `approved` and `billed` are None where nobody asks: of cost, and
    of people what is billed."""

    key: int | None
    name: str
    budget: Any
    recorded: Any
    approved: Any = None
    billed: Any = None

    @property
    def left(self) -> Any:
        return None if self.budget is None else self.budget - self.recorded

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def percent(self) -> int | None:
        """How much of its budget is used, in whole percent, cut off."""
        return percent_of(self.recorded, self.budget) if self.budget else None

    @property
    def bars(self) -> list[tuple[Any, str]]:
        if self.is_over:
            return [(self.budget, "bad")]
        approved = self.recorded if self.approved is None else self.approved
        return [(approved, "1"), (self.recorded - approved, "2")]


@dataclass(frozen=True)
class BudgetParts:
    """One measure of a project. `currency` is empty for hours, and that of the firm's company for cost."""

    project: Project
    lens: Lens
    currency: str
    budget: Any
    tasks: list[Part]
    people: list[Part]
    burn: BurnChart

    @property
    def is_hours(self) -> bool:
        return self.lens == Lens.HOURS

    @property
    def recorded(self) -> Any:
        return sum((part.recorded for part in self.tasks), 0 if self.is_hours else ZERO)


def lenses_for(by: User) -> list[Lens]:
    """What the person may look at: hours; amounts and cost with the rights to see them."""
    found = [Lens.HOURS]
    if sees_amounts(by):
        found += [Lens.FEES, Lens.EXPENSES]
    if sees_costs(by):
        found.append(Lens.COST)
    return found


def budget_parts(project: Project, lens: Lens, *, today: date) -> BudgetParts:
    """All of one measure, whatever its budget covers. A constant number of statements."""
    if lens == Lens.COST:
        return _cost_parts(project, today)
    budgets = budgets_of([project], today=today)
    own = budgets.by_project[project.pk]
    limit = own.limits.budget(Measure(lens.value))
    currency = "" if lens == Lens.HOURS else project.currency
    counted = own.limits.counted(Measure(lens.value))
    return BudgetParts(
        project,
        lens,
        currency,
        limit,
        _tasks(budgets, project, lens),
        _people(project, lens),
        _burn(project, day_sums(project, lens, counted), limit, currency, today),
    )


def day_sums(project: Project, lens: Lens, counted: Sequence[int] | None) -> dict[date, Any]:
    """What is recorded on each day, of these tasks or of all. One statement."""
    rows = recorded_rows(project, lens)
    found = rows.found if counted is None else rows.found.filter(task__in=counted)
    return dict(found.values_list(rows.day).annotate(sum=rows.sum()))


def burn_of(
    project: Project, budget: Any, counted: Sequence[int] | None, *, lens: Lens, today: date
) -> BurnChart:
    """The chart of hours or fees for the project's page. Two statements."""
    currency = "" if lens == Lens.HOURS else project.currency
    return _burn(project, day_sums(project, lens, counted), budget, currency, today)


def _burn(project: Project, used: Mapping[date, Any], budget: Any, currency: str, today: date) -> BurnChart:
    week = week_of(today, TimeRules.objects.values_list("week_starts_on", flat=True).get(pk=1))
    weekly = recent_weekly(used, run_weeks(week))
    return burn_chart(Pace(used, budget, project.starts_on, project.ends_on, weekly, currency), today=today)


@dataclass(frozen=True)
class Rows:
    """Rows, what is summed of which of them, by whom they are, and on which day."""

    found: Any
    amount: Any
    counts: Q
    nothing: Any
    who: str
    day: str

    def sum(self, only: Q | None = None) -> Sum:
        return Sum(self.amount, filter=self.counts & only if only else self.counts, default=self.nothing)


def recorded_rows(project: Project, lens: Lens) -> Rows:
    """The sums are those of `timesheets.budgets.use_of`."""
    if lens == Lens.EXPENSES:
        spent = Expense.objects.filter(project=project, is_billable=True).order_by()
        return Rows(spent, "billable_amount", Q(pk__gt=0), ZERO, "report__staff", "spent_on")
    worked = TimeEntry.objects.filter(project=project).order_by()
    if lens == Lens.HOURS:
        return Rows(worked, "worked_minutes", Q(pk__gt=0), 0, "staff", "worked_on")
    in_currency = Q(rate_currency=F("project__client__currency"))
    return Rows(worked, fee_amount(), in_currency, ZERO, "staff", "worked_on")


def _tasks(budgets: Budgets, project: Project, lens: Lens) -> list[Part]:
    used, approved, billed = USED[lens]
    field, _ = FIELDS[Measure(lens.value)]
    parts = [
        Part(
            task_id,
            name,
            budget,
            getattr(budgets.use.task(project.pk, task_id), used),
            getattr(budgets.use.task(project.pk, task_id), approved),
            getattr(budgets.billed.get((project.pk, task_id), NOTHING), billed),
        )
        for task_id, name, budget in [
            *(
                (task.pk, task.path, getattr(task, field))
                for task in budgets.by_project[project.pk].limits.tasks
            ),
            (None, "Without a task", None),
        ]
    ]
    return [part for part in parts if part.key or part.recorded]


def _people(project: Project, lens: Lens) -> list[Part]:
    """Who recorded it, the most first. One statement."""
    rows = recorded_rows(project, lens)
    found = rows.found.values_list(rows.who, f"{rows.who}__name").annotate(
        sum=rows.sum(), approved=rows.sum(Q(state=TimeEntry.State.APPROVED))
    )
    parts = [Part(key, name, None, sum_, approved) for key, name, sum_, approved in found]
    return sorted(parts, key=lambda part: (-part.recorded, part.name))


def _cost_parts(project: Project, today: date) -> BudgetParts:
    """Eleven statements."""
    currency = cost_currency()
    tasks = list(Task.objects.filter(project=project).order_by("position", "name"))
    by_task = _together(
        cost_by_task([project.pk], currency), expense_costs([project.pk], currency, by="task")
    )
    by_person = _together(
        cost_by_person(project.pk, currency), expense_costs([project.pk], currency, by="report__staff")
    )
    by_day = _together(
        cost_by_day(project.pk, currency), expense_costs([project.pk], currency, by="spent_on")
    )
    names = dict(StaffMember.objects.filter(pk__in=by_person).values_list("pk", "name"))
    budgets = [task.budget_cost_amount for task in tasks if task.budget_cost_amount is not None]
    budget = sum(budgets, ZERO) if budgets else None
    parts = [Part(task.pk, task.path, task.budget_cost_amount, by_task.get(task.pk, ZERO)) for task in tasks]
    if by_task.get(None):
        parts.append(Part(None, "Without a task", None, by_task[None]))
    people = [Part(pk, names[pk], None, cost) for pk, cost in by_person.items()]
    people.sort(key=lambda part: (-part.recorded, part.name))
    burn = _burn(project, by_day, budget, currency, today)
    return BudgetParts(project, Lens.COST, currency, budget, parts, people, burn)


def _together(*costs: Mapping[Any, Any]) -> dict[Any, Decimal]:
    found: defaultdict[Any, Decimal] = defaultdict(Decimal)
    for each in costs:
        for key, part in each.items():
            found[key] += part.cost_amount
    return dict(found)
