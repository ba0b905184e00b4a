"""Budgets of all open projects that a person may see, the fastest burning first."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from billing.access import VIEW_BILLING
from people.access import has_right
from people.models import User
from projects.access import MANAGE_RATES, VIEW_RATES, visible_to
from projects.budgets import FIELDS
from reports.budgets import ProjectBudget, budgets_of

PAGE_SIZE = 50
ORDERS = ("index", "used", "runway", "name")
LAST = Decimal(10) ** 9


@dataclass(frozen=True)
class BudgetList:
    """A part of the list, how many follow, and whether fees and expenses are shown."""

    rows: list[ProjectBudget]
    total: int
    more: int
    next_start: int
    sees_amounts: bool
    over: int
    fast: int


def sees_amounts(by: User) -> bool:
    """Whether the person may see fees and expenses of projects."""
    return any(has_right(by, right) for right in (VIEW_RATES, MANAGE_RATES, VIEW_BILLING))


def budget_list(by: User, *, today: date, order: str = "index", start: int = 0) -> BudgetList:
    """Open projects with a budget. Nine statements, however many projects.

    Orders: `index` (fastest first), `used` (fullest first), `runway` (shortest first), `name`.
    """
    has_budget = Q()
    for field, _ in FIELDS.values():
        has_budget |= Q(**{f"{field}__isnull": False}) | Q(**{f"tasks__{field}__isnull": False})
    projects = list(
        visible_to(by).open().filter(has_budget).distinct().select_related("client", "lead", "status")
    )
    rows = list(budgets_of(projects, today=today).by_project.values()) if projects else []
    rows.sort(key=lambda row: (_place(row, order), row.project.name.casefold()))
    shown = min(start + PAGE_SIZE, len(rows))
    return BudgetList(
        rows[start:shown],
        len(rows),
        min(PAGE_SIZE, len(rows) - shown),
        shown,
        sees_amounts(by),
        sum(any(line.is_over for line in row.lines) for row in rows),
        sum(row.burn.is_fast for row in rows),
    )


def _place(row: ProjectBudget, order: str) -> Decimal:
    if order == "index":
        return -(row.burn.index if row.burn.index is not None else -LAST)
    if order == "used":
        return -max((line.burn for line in row.lines if line.burn is not None), default=-LAST)
    if order == "runway":
        return row.burn.runway if row.burn.runway is not None else LAST
    return Decimal(0)
