"""Splitting the budget of a project by month."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.money import round_amount
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.budget_months import MOST_MONTHS
from projects.budgets import Measure
from projects.models import BudgetMonth, Project


class TooManyMonths(Refusal):
    sentence = "A budget is split over {most} months at most."


class MonthTwice(Refusal):
    sentence = "Each month stands once for each measure."


def split_budget(*, project: Project, split: Mapping[str, Mapping[date, Any]], by: User | None) -> Project:
    """Sets what the months of these measures have, in minutes or in the client's currency; what is empty or zero has
    nothing. Measures that are left out stay. The sum may differ from the budget. Raises NotAllowed, TooManyMonths.
    """
    with promises(), transaction.atomic():
        found = Project.objects.select_for_update(of=("self",)).select_related("client").get(pk=project.pk)
        require_manage(by, found)
        audit.acting("project.split_budget", by=by, subject=found, measures=sorted(split))
        rows = [
            BudgetMonth(project=found, measure=measure, month=month, budget=_rounded(measure, budget, found))
            for measure, months in split.items()
            for month, budget in months.items()
            if budget
        ]
        if any(sum(row.measure == measure for row in rows) > MOST_MONTHS for measure in split):
            raise TooManyMonths(most=MOST_MONTHS, field="months")
        _write(found, rows, list(split))
    return found


def _write(project: Project, rows: list[BudgetMonth], measures: list[str]) -> None:
    """Three statements at most; a month that stays as it is leaves no trace."""
    old = {
        (row.measure, row.month): row
        for row in BudgetMonth.objects.filter(project=project, measure__in=measures)
    }
    wanted = {(row.measure, row.month) for row in rows}
    BudgetMonth.objects.filter(pk__in=[row.pk for key, row in old.items() if key not in wanted]).delete()
    changed = [
        row
        for row in rows
        if (row.measure, row.month) not in old or old[row.measure, row.month].budget != row.budget
    ]
    BudgetMonth.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["project", "measure", "month"],
        update_fields=["budget"],
    )


def _rounded(measure: str, budget: Any, project: Project) -> Decimal:
    return Decimal(budget) if measure == Measure.HOURS else round_amount(budget, project.currency)
