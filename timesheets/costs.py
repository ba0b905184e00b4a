"""What recorded time costs the firm: each line at the cost rate of its day, and what has none, counted as such."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum

from core.money import ZERO, places
from projects.costs import cost_of
from timesheets.models import Expense


@dataclass(frozen=True)
class LabourCost:
    """Hours billable or not, what they cost (each line rounded once), and those without a cost rate."""

    minutes: int = 0
    cost_amount: Decimal = ZERO
    uncosted_minutes: int = 0


COSTS = f"""
SELECT {{group}}, sum(entry.worked_minutes),
    coalesce(sum(round(cost.cost_amount * entry.worked_minutes / 60, %(places)s)), 0),
    coalesce(sum(entry.worked_minutes) FILTER (WHERE cost.cost_amount IS NULL), 0)
FROM timesheets_timeentry entry LEFT JOIN {cost_of("entry")} cost ON true
WHERE {{where}}
GROUP BY 1
"""


def cost_by_project(project_ids: Collection[int], currency: str) -> dict[int, LabourCost]:
    """What the time of each project cost until now. One statement; projects without time are missing."""
    return _costs("entry.project_id", "entry.project_id = ANY (%(ids)s)", currency, ids=list(project_ids))


def cost_between(first: date, last: date, currency: str) -> LabourCost:
    """What the time of all between two days, both included, cost. One statement."""
    found = _costs("1", "entry.worked_on BETWEEN %(first)s AND %(last)s", currency, first=first, last=last)
    return found.get(1, LabourCost())


def cost_of_days(project_ids: Collection[int], first: date, last: date, currency: str) -> LabourCost:
    """What the time on these projects between two days, both included, cost. One statement."""
    where = "entry.project_id = ANY (%(ids)s) AND entry.worked_on BETWEEN %(first)s AND %(last)s"
    found = _costs("1", where, currency, ids=list(project_ids), first=first, last=last)
    return found.get(1, LabourCost())


def _costs(group: str, where: str, currency: str, **values: Any) -> dict[Any, LabourCost]:
    with connection.cursor() as cursor:
        cursor.execute(COSTS.format(group=group, where=where), {"places": places(currency), **values})
        return {key: LabourCost(*rest) for key, *rest in cursor.fetchall()}


def cost_by_task(project_ids: Collection[int], currency: str) -> dict[int, LabourCost]:
    """What the time on each task of these projects cost until now. One statement; tasks without time are missing."""
    return _costs("entry.task_id", "entry.project_id = ANY (%(ids)s)", currency, ids=list(project_ids))


def cost_by_person(project_id: int, currency: str) -> dict[int, LabourCost]:
    """What the time of each person on a project cost until now. One statement; people without time are missing."""
    return _costs("entry.staff_id", "entry.project_id = %(id)s", currency, id=project_id)


def cost_by_day(project_id: int, currency: str) -> dict[date, LabourCost]:
    """What each day's time on a project cost. One statement; days without time are missing."""
    return _costs("entry.worked_on", "entry.project_id = %(id)s", currency, id=project_id)


@dataclass(frozen=True)
class ExpenseCost:
    """What expenses cost, as they were paid with tax; `unknown` are lines whose worth is in another currency or
    not known yet."""

    cost_amount: Decimal = ZERO
    unknown: int = 0


def expense_costs(
    project_ids: Collection[int], currency: str, *, by: str, between: tuple[date, date] | None = None
) -> dict[Any, ExpenseCost]:
    """What expenses of these projects cost, billable or not, in the firm's currency. `by` is the field of expenses that
    tells them apart: `project`, `task`, `report__staff`, `spent_on`; `between` two days, both included, or ever. One
    statement.
    """
    is_known = Q(base_amount__isnull=False, report__currency=currency)
    days = Q(spent_on__range=between) if between else Q()
    rows = (
        Expense.objects.filter(days, project__in=list(project_ids))
        .order_by()
        .values_list(by)
        .annotate(
            cost=Sum("base_amount", filter=is_known, default=ZERO), unknown=Count("pk", filter=~is_known)
        )
    )
    return {key: ExpenseCost(cost, unknown) for key, cost, unknown in rows}
