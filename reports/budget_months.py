"""Budget against actual by month: what a measure of a project has, what is recorded, approved and billed of the work of
that month, each month and all until then. Statements do not grow with months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncMonth

from core.money import ZERO
from projects.budget_months import MOST_MONTHS, span, split_of
from projects.budgets import Measure, limits_of
from projects.models import Project
from projects.split_forms import Sum, sums_of
from reports.budget_parts import Lens, recorded_rows
from reports.budgets import billed_expenses, billed_fees, billed_minutes, billed_spending, billed_time
from timesheets.models import TimeEntry


@dataclass(frozen=True)
class Month:
    """One month, in minutes or in an amount. What it has by then is the sum of it and all before."""

    first: date
    budget: Any
    recorded: Any
    approved: Any
    billed: Any
    budget_so_far: Any
    recorded_so_far: Any

    @property
    def left_so_far(self) -> Any:
        return self.budget_so_far - self.recorded_so_far

    @property
    def is_over(self) -> bool:
        return bool(self.left_so_far < 0)


@dataclass(frozen=True)
class BudgetMonths:
    """All months from the first to the last that has a budget or work. `sum` is what their budgets come to."""

    months: list[Month]
    sum: Sum

    @property
    def is_split(self) -> bool:
        return bool(self.sum.months)


def budget_months(project: Project, lens: Lens) -> BudgetMonths:
    """Hours, fees or expenses of a project by month. Five statements. Where only some tasks count against the budget,
    theirs alone."""
    limits, split = limits_of([project])[project.pk], split_of(project)
    measure = Measure(lens.value)
    counted = limits.counted(measure)
    found = _recorded(project, lens, counted)
    billed = _billed(project, lens, counted)
    budgets = split[measure.value]
    nothing: Any = 0 if lens == Lens.HOURS else ZERO
    months, budget_so_far, recorded_so_far = [], nothing, nothing
    for first in _listed({*budgets, *found, *billed}):
        recorded, approved = found.get(first, (nothing, nothing))
        budget = budgets.get(first, nothing)
        budget_so_far, recorded_so_far = budget_so_far + budget, recorded_so_far + recorded
        months.append(
            Month(
                first, budget, recorded, approved, billed.get(first, nothing), budget_so_far, recorded_so_far
            )
        )
    (sum_,) = [each for each in sums_of(limits, split) if each.measure == measure]
    return BudgetMonths(months, sum_)


def _listed(months: set[date]) -> list[date]:
    """All from the first to the last; those alone that have something where that is longer than any plan."""
    if not months:
        return []
    listed = list(span(min(months), max(months)))
    return listed if len(listed) <= MOST_MONTHS else sorted(months)


def _recorded(project: Project, lens: Lens, counted: Sequence[int] | None) -> dict[date, tuple[Any, Any]]:
    """What is recorded and approved. One statement."""
    rows = recorded_rows(project, lens)
    found = rows.found if counted is None else rows.found.filter(task__in=counted)
    by_month = found.annotate(month=TruncMonth(rows.day)).values_list("month")
    sums = by_month.annotate(sum=rows.sum(), approved=rows.sum(Q(state=TimeEntry.State.APPROVED)))
    return {month: (recorded, approved) for month, recorded, approved in sums}


def _billed(project: Project, lens: Lens, counted: Sequence[int] | None) -> dict[date, Any]:
    """What is billed of the work of each month, whenever that was. One statement."""
    rows: QuerySet[Any]
    if lens == Lens.EXPENSES:
        rows, of, day, sum_ = (
            billed_expenses([project.pk]),
            "expense__task__in",
            "expense__spent_on",
            billed_spending(),
        )
    else:
        rows, of, day = billed_time([project.pk]), "entry__task__in", "entry__worked_on"
        sum_ = billed_minutes() if lens == Lens.HOURS else billed_fees()
    found = rows if counted is None else rows.filter(**{of: counted})
    return dict(found.annotate(month=TruncMonth(day)).values_list("month").annotate(sum=sum_))
