"""Budgets against what is recorded, approved and billed, and how fast they burn.

Statements do not grow with projects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import ExpressionWrapper, F, QuerySet, Sum

from billing.models import BilledExpense, BilledTime, Invoice
from core.money import ZERO
from core.periods import Period, week_of
from core.rounded import WIDE, rounded
from projects.budgets import Limits, limits_of, progress_of
from projects.burn import (
    ALERT_INDEX,
    Earned,
    Forecast,
    burn_index,
    burn_percent,
    earned_value,
    forecast_ahead,
    run_rate,
    run_weeks,
    runway_weeks,
    schedule_percent,
    weighted_percent,
)
from projects.costs import cost_currency
from projects.models import BudgetCrossing, Project, Task
from staffing.required import Calendar, calendar_of
from timesheets.budgets import NONE, Use, UseOf, use_of
from timesheets.costs import ExpenseCost, LabourCost, cost_by_task, expense_costs
from timesheets.models import TimeRules

Measure = BudgetCrossing.Measure


@dataclass(frozen=True)
class Billed:
    """What stands on issued invoices: minutes, fees, and expenses as they are billed (none where fees include them)."""

    minutes: int = 0
    fee_amount: Decimal = ZERO
    expense_amount: Decimal = ZERO

    def __add__(self, other: "Billed") -> "Billed":
        return Billed(
            self.minutes + other.minutes,
            self.fee_amount + other.fee_amount,
            self.expense_amount + other.expense_amount,
        )


NOTHING = Billed()


@dataclass(frozen=True)
class Line:
    """One measure of a budget: hours (in minutes), fees or expenses (in the client's currency)."""

    measure: str
    budget: Any
    original: Any
    input: Any
    approved: Any
    billed: Any

    @property
    def label(self) -> str:
        return str(Measure(self.measure).label)

    @property
    def is_hours(self) -> bool:
        return self.measure == Measure.HOURS

    @property
    def left(self) -> Any:
        return None if self.budget is None else self.budget - self.input

    @property
    def burn(self) -> Decimal | None:
        """Input in percent of the budget, exact."""
        return burn_percent(self.input, self.budget)

    @property
    def percent(self) -> int | None:
        """The same in whole percent, cut off."""
        return None if self.burn is None else int(self.burn)

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def is_changed(self) -> bool:
        return self.original is not None and self.original != self.budget

    @property
    def variance(self) -> Any:
        """By how much change orders moved the budget."""
        return (self.budget or 0) - (self.original or 0)

    @property
    def parts(self) -> list[tuple[Any, str]]:
        """The bar: one red part when over, else approved and not approved."""
        if self.is_over:
            return [(self.budget, "bad")]
        return [(self.approved, "1"), (self.input - self.approved, "2")]


@dataclass(frozen=True)
class Burn:
    """How the hours of a project burn. `days_gone` of `days_total` are working days."""

    hours: Line
    days_gone: int
    days_total: int
    recent_minutes: int
    done: Decimal | None = None

    @property
    def schedule(self) -> Decimal | None:
        return schedule_percent(self.days_gone, self.days_total)

    @property
    def index(self) -> Decimal | None:
        return burn_index(self.hours.burn, self.schedule)

    @property
    def is_fast(self) -> bool:
        return self.index is not None and self.index > ALERT_INDEX

    @property
    def weekly_minutes(self) -> int:
        """The run rate in whole minutes, for showing."""
        return self.recent_minutes // 4

    @property
    def runway(self) -> Decimal | None:
        """Weeks; None without a budget, or when nobody worked on it lately."""
        return (
            None if self.hours.left is None else runway_weeks(self.hours.left, run_rate(self.recent_minutes))
        )

    @property
    def earned(self) -> Earned | None:
        """In minutes, by percent complete."""
        if self.done is None or not self.hours.budget:
            return None
        return earned_value(self.hours.budget, self.done, self.hours.input, self.schedule)

    @cached_property
    def forecast(self) -> Forecast | None:
        """Hours at the end by percent complete. None while nothing is done."""
        earned = self.earned
        if earned is None or earned.estimate is None:
            return None
        return forecast_ahead(self.hours.input, earned.estimate - self.hours.input, self.hours.budget)


@dataclass(frozen=True)
class ProjectBudget:
    """A project with its three measures and its burn. Of those without a budget `budget` is None."""

    project: Project
    limits: Limits
    lines: list[Line]
    burn: Burn
    done: Decimal | None

    @property
    def hours(self) -> Line:
        return self.lines[0]

    @property
    def fees(self) -> Line:
        return self.lines[1]

    @property
    def expenses(self) -> Line:
        return self.lines[2]

    @property
    def has_any(self) -> bool:
        return any(line.budget is not None for line in self.lines)

    @property
    def exceeding(self) -> list[str]:
        """Measures whose tasks together have more than the project's cap: hours, fees, expenses."""
        return self.limits.exceeding


@dataclass(frozen=True)
class Budgets:
    """Budgets of some projects, with what each of their tasks uses, has billed, and is done by."""

    by_project: dict[int, ProjectBudget]
    use: UseOf
    billed: dict[tuple[int, int | None], Billed]
    progress: dict[int, Decimal]


def budgets_of(projects: Sequence[Project], *, today: date) -> Budgets:
    """Budgets of these projects. Eight statements, however many there are; three more with progress by cost.

    Where a project has a cap, all that is used counts against it; else what its tasks with a budget use, against the
    sum of theirs. Working days are those of the firm's usual week less its public holidays, from the project's first
    day through today.
    """
    ids = [project.pk for project in projects]
    week = week_of(today, TimeRules.objects.values_list("week_starts_on", flat=True).get(pk=1))
    use, limits, billed = use_of(ids, run_weeks(week)), limits_of(projects), _billed(ids)
    progress = progress_of(
        [task for found in limits.values() for task in found.tasks],
        {task_id: part.minutes for (_, task_id), part in use.by_task.items() if task_id},
        _costs([task for found in limits.values() for task in found.tasks]),
    )
    gone = _working_days(projects, today)
    wholes, billed_wholes = use.projects(), _by_project(billed)
    found = {}
    for project in projects:
        own = limits[project.pk]
        whole = (wholes.get(project.pk, NONE), billed_wholes.get(project.pk, NOTHING))
        lines = [_line(measure, own, use, billed, whole) for measure in Measure]
        done = weighted_percent(
            [(progress[task.pk], task.budget_minutes or 0) for task in own.tasks if task.pk in progress]
        )
        recent = wholes.get(project.pk, NONE).recent_minutes
        burn = Burn(lines[0], *gone.get(project.pk, (0, 0)), recent, done)
        found[project.pk] = ProjectBudget(project, own, lines, burn, done)
    return Budgets(found, use, billed, progress)


def _costs(tasks: Sequence[Task]) -> dict[int, Decimal]:
    """What the tasks cost whose percent complete is found by cost: time at its cost rates, and expenses as they were
    paid. Three statements, none without such tasks."""
    ids = {task.project_id for task in tasks if task.progress_by == Task.ProgressBy.COST}
    if not ids:
        return {}
    currency = cost_currency()
    labour, spent = cost_by_task(ids, currency), expense_costs(ids, currency, by="task")
    return {
        task.pk: labour.get(task.pk, LabourCost()).cost_amount + spent.get(task.pk, ExpenseCost()).cost_amount
        for task in tasks
    }


INPUT = {
    Measure.HOURS: ("minutes", "approved_minutes", "minutes"),
    Measure.FEES: ("fee_amount", "approved_fee_amount", "fee_amount"),
    Measure.EXPENSES: ("expense_amount", "approved_expense_amount", "expense_amount"),
}


def _line(
    measure: Measure,
    limits: Limits,
    use: UseOf,
    billed: dict[tuple[int, int | None], Billed],
    whole: tuple[Use, Billed],
) -> Line:
    used, approved, billed_name = INPUT[measure]
    counted, project_id = limits.counted(measure), limits.project.pk
    parts, bills = whole
    if counted is not None:
        parts = sum((use.task(project_id, pk) for pk in counted), NONE)
        bills = sum((billed.get((project_id, pk), NOTHING) for pk in counted), NOTHING)
    return Line(
        measure,
        limits.budget(measure),
        limits.original(measure),
        getattr(parts, used),
        getattr(parts, approved),
        getattr(bills, billed_name) if billed_name else None,
    )


def _billed(ids: Iterable[int]) -> dict[tuple[int, int | None], Billed]:
    """What issued invoices bill of each task, less what credit memos gave back to work in progress; expenses without a
    task stand under None. Two statements."""
    wanted = list(ids)
    found = _billed_time(wanted)
    rows = billed_expenses(wanted).values_list("expense__project", "expense__task")
    for project, task, amount in rows.annotate(sum=billed_spending()):
        found[project, task] = found.get((project, task), NOTHING) + Billed(expense_amount=amount)
    return found


def _billed_time(ids: list[int]) -> dict[tuple[int, int | None], Billed]:
    rows = (
        billed_time(ids)
        .values_list("entry__project", "entry__task")
        .annotate(part=billed_minutes(), sum=billed_fees())
    )
    return {(project, task): Billed(minutes, amount) for project, task, minutes, amount in rows}


def billed_time(project_ids: Iterable[int]) -> QuerySet[BilledTime]:
    """The hours on issued invoices, to be summed."""
    issued = {"line__invoice__state": Invoice.State.ISSUED, "is_live": True}
    return BilledTime.objects.filter(entry__project__in=project_ids, **issued).order_by()


def billed_expenses(project_ids: Iterable[int]) -> QuerySet[BilledExpense]:
    """The expenses on issued invoices, to be summed; those that fees include are asked for nowhere."""
    issued = {"line__invoice__state": Invoice.State.ISSUED, "is_live": True}
    found = BilledExpense.objects.filter(expense__project__in=project_ids, **issued)
    return found.exclude(billed_amount=0).order_by()


def billed_minutes() -> Sum:
    """Of `billed_time`, less what came back."""
    return Sum(F("minutes") - F("released_minutes"))


def billed_fees() -> Sum:
    """What was asked for it, written up or down; of an entry that came back in part its share of that, rounded once."""
    asked = F("amount") + F("adjustment_amount")
    share = ExpressionWrapper(asked * F("released_minutes") / F("minutes"), output_field=WIDE)
    return Sum(asked - rounded(share, "line__invoice__currency"))


def billed_spending() -> Sum:
    """Of `billed_expenses`, less what came back."""
    return Sum(F("billed_amount") - F("released_amount"))


def _by_project(billed: dict[tuple[int, int | None], Billed]) -> dict[int, Billed]:
    found: dict[int, Billed] = {}
    for (project, _), part in billed.items():
        found[project] = found.get(project, NOTHING) + part
    return found


def _working_days(projects: Sequence[Project], today: date) -> dict[int, tuple[int, int]]:
    """Working days gone and in total of each project that has both days. One statement."""
    spans = {
        project.pk: Period(project.starts_on, project.ends_on)
        for project in projects
        if project.starts_on and project.ends_on
    }
    if not spans:
        return {}
    first, last = min(span.first for span in spans.values()), max(span.last for span in spans.values())
    calendar = calendar_of([], first, last)
    days = [on for on in Period(first, last) if _is_workday(calendar, on)]
    return {
        pk: (sum(on in span and on <= today for on in days), sum(on in span for on in days))
        for pk, span in spans.items()
    }


def _is_workday(calendar: Calendar, on: date) -> bool:
    firm_wide = {day.on for day in calendar.holidays if day.office_id is None}
    return calendar.patterns[None][on.weekday()] > 0 and on not in firm_wide
