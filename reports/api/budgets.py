"""Budgets against what is recorded, approved and billed."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from core.api import Amount, Routes
from core.clock import today
from core.money import round_places
from people.guards import staff_only
from projects.access import visible_to
from reports.budget_list import sees_amounts
from reports.budgets import Line, ProjectBudget, budgets_of

routes = Routes("projects")


class HoursLine(Schema):
    """Minutes. `original_minutes` is the budget before all change orders; null: no budget."""

    budget_minutes: int | None
    original_minutes: int | None
    recorded_minutes: int
    approved_minutes: int
    billed_minutes: int


class AmountLine(Schema):
    """Amounts in the client's currency. `billed_amount` is null for expenses."""

    budget_amount: Amount | None
    original_amount: Amount | None
    recorded_amount: Amount
    approved_amount: Amount
    billed_amount: Amount | None


class BudgetRow(Schema):
    project_id: int
    project_name: str
    currency: str
    hours: HoursLine
    fees: AmountLine | None = Field(description="Null for those who may not see amounts.")
    expenses: AmountLine | None = Field(description="Null for those who may not see amounts.")
    exceeding: list[str] = Field(
        description="Measures whose tasks together have more than the project's cap."
    )
    done_percent: Amount | None
    burn_percent: Amount | None
    schedule_percent: Amount | None
    burn_index: Amount | None = Field(
        description="Burn by schedule; above 1.20 the budget goes faster than time."
    )
    weekly_minutes: int = Field(description="Of the last four full weeks.")
    runway_weeks: Amount | None


@routes.read("/projects/{int:project_id}/budget", BudgetRow)
@staff_only
def show_budget(request: HttpRequest, project_id: int) -> dict[str, Any]:
    """What is used of a project's budget, how fast, and how long it lasts."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    found = budgets_of([project], today=today(request.user)).by_project[project.pk]
    return _row(found, with_amounts=sees_amounts(request.user))


def _row(found: ProjectBudget, *, with_amounts: bool) -> dict[str, Any]:
    burn = found.burn
    return {
        "project_id": found.project.pk,
        "project_name": found.project.name,
        "currency": found.project.currency,
        "hours": {
            "budget_minutes": found.hours.budget,
            "original_minutes": found.hours.original,
            "recorded_minutes": found.hours.input,
            "approved_minutes": found.hours.approved,
            "billed_minutes": found.hours.billed,
        },
        "fees": _amounts(found.fees) if with_amounts else None,
        "expenses": _amounts(found.expenses) if with_amounts else None,
        "exceeding": found.exceeding,
        "done_percent": _short(found.done),
        "burn_percent": _short(burn.hours.burn),
        "schedule_percent": _short(burn.schedule),
        "burn_index": burn.index,
        "weekly_minutes": burn.weekly_minutes,
        "runway_weeks": burn.runway,
    }


def _amounts(line: Line) -> dict[str, Any]:
    return {
        "budget_amount": line.budget,
        "original_amount": line.original,
        "recorded_amount": line.input,
        "approved_amount": line.approved,
        "billed_amount": line.billed,
    }


def _short(percent: Decimal | None) -> Decimal | None:
    """Two places are enough for a program."""
    return None if percent is None else round_places(percent, 2)
