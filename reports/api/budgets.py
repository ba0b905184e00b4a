"""Budgets against what is recorded, approved and billed."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from billing.access import VIEW_BILLING
from core.api import Amount, Day, Routes, Wish, WishedAmount, words_of
from core.clock import today
from core.errors import NotAllowed
from core.money import round_places
from people.access import require
from people.guards import guarded, staff_only
from projects.access import MANAGE_COSTS, VIEW_COSTS, visible_to
from projects.budget_months import MOST_MONTHS
from projects.budgets import Measure
from projects.models import Project
from projects.splitting import MonthTwice, split_budget
from reports.budget_list import sees_amounts
from reports.budget_months import budget_months
from reports.budget_parts import Lens, Part, budget_parts, lenses_for
from reports.budgets import Line, ProjectBudget, budgets_of
from reports.project_margin import invoiced_on, margin_of

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


class PartRow(Schema):
    """A task or a person. Minutes for HOURS, else amounts; `task_id` is null for people and for what has no task,
    `staff_id` for tasks. Approved and billed are null where nobody asks: of cost, and of people what is billed."""

    task_id: int | None = None
    staff_id: int | None = None
    name: str
    budget_minutes: int | None = None
    recorded_minutes: int | None = None
    approved_minutes: int | None = None
    billed_minutes: int | None = None
    budget_amount: Amount | None = None
    recorded_amount: Amount | None = None
    approved_amount: Amount | None = None
    billed_amount: Amount | None = None


class BudgetPartsRow(Schema):
    project_id: int
    measure: Annotated[Lens, words_of(Lens)]
    currency: str = Field(description="Empty for hours; for cost that of the firm's company.")
    tasks: list[PartRow]
    people: list[PartRow]


class MarginRow(Schema):
    """What a project cost until now, in the currency of the firm's company, and what is left of what is invoiced."""

    project_id: int
    currency: str
    minutes: int
    labour_amount: Amount
    uncosted_minutes: int = Field(description="Without a cost rate, and in no amount.")
    expense_amount: Amount
    unknown_expenses: int = Field(description="Expenses in another currency, and in no amount.")
    cost_amount: Amount
    invoiced_amount: Amount | None = Field(
        description="Before tax; null where the client is billed in another currency, as the margin is then."
    )
    margin_amount: Amount | None
    margin_percent: Amount | None


@routes.read("/projects/{int:project_id}/budget/{measure}", BudgetPartsRow)
@staff_only
def show_budget_parts(request: HttpRequest, project_id: int, measure: Lens) -> dict[str, Any]:
    """What one measure of a project's budget is made of: by task and by person."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    if measure not in lenses_for(request.user):
        raise NotAllowed
    found = budget_parts(project, measure, today=today(request.user))
    return {
        "project_id": project.pk,
        "measure": measure,
        "currency": found.currency,
        "tasks": [_part(part, found.is_hours, "task_id") for part in found.tasks],
        "people": [_part(part, found.is_hours, "staff_id") for part in found.people],
    }


class BudgetMonthRow(Schema):
    """A month by its first day. Minutes for HOURS, else amounts; what is billed is of the work of that month."""

    month: date
    budget_minutes: int | None = None
    recorded_minutes: int | None = None
    approved_minutes: int | None = None
    billed_minutes: int | None = None
    budget_so_far_minutes: int | None = None
    recorded_so_far_minutes: int | None = None
    budget_amount: Amount | None = None
    recorded_amount: Amount | None = None
    approved_amount: Amount | None = None
    billed_amount: Amount | None = None
    budget_so_far_amount: Amount | None = None
    recorded_so_far_amount: Amount | None = None


class BudgetMonthsRow(Schema):
    project_id: int
    measure: Annotated[Measure, words_of(Measure)]
    currency: str = Field(description="Empty for hours.")
    differs: bool = Field(
        description="Whether it is split, and the months come to another sum than the budget."
    )
    months: list[BudgetMonthRow]


class BudgetMonthWish(Wish):
    """What a month has: minutes for HOURS, else an amount."""

    month: Day = Field(description="Its first day.")
    minutes: Annotated[int, Field(ge=0, le=60_000_000)] | None = None
    amount: WishedAmount | None = Field(None, ge=0)


class BudgetMonthsWish(Wish):
    months: list[BudgetMonthWish] = Field(
        max_length=MOST_MONTHS, description="All of them; a month that is left out has nothing."
    )


@routes.read("/projects/{int:project_id}/budget/{measure}/months", BudgetMonthsRow)
@staff_only
def show_budget_months(request: HttpRequest, project_id: int, measure: Measure) -> dict[str, Any]:
    """Budget against actual by month: HOURS, FEES or EXPENSES of a project."""
    return _months(request, _visible(request, project_id), measure)


@routes.write("/projects/{int:project_id}/budget/{measure}/months", BudgetMonthsRow, method="PUT")
@staff_only
def set_budget_months(
    request: HttpRequest, project_id: int, measure: Measure, wish: BudgetMonthsWish
) -> dict[str, Any]:
    """Splits a budget by month, in place of the split before. The sum may differ from the budget."""
    project = _visible(request, project_id)
    name = "minutes" if measure == Measure.HOURS else "amount"
    if len({each.month for each in wish.months}) < len(wish.months):
        raise MonthTwice(field="months")
    split = {measure.value: {each.month: getattr(each, name) for each in wish.months}}
    split_budget(project=project, split=split, by=request.user)
    return _months(request, project, measure)


def _visible(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)


def _months(request: HttpRequest, project: Project, measure: Measure) -> dict[str, Any]:
    lens = Lens(measure.value)
    if lens not in lenses_for(request.user):
        raise NotAllowed
    found = budget_months(project, lens)
    unit = "minutes" if lens == Lens.HOURS else "amount"
    names = ("budget", "recorded", "approved", "billed", "budget_so_far", "recorded_so_far")
    return {
        "project_id": project.pk,
        "measure": measure,
        "currency": "" if lens == Lens.HOURS else project.currency,
        "differs": found.sum.differs,
        "months": [
            {"month": each.first} | {f"{name}_{unit}": getattr(each, name) for name in names}
            for each in found.months
        ],
    }


@routes.read("/projects/{int:project_id}/margin", MarginRow)
@guarded(VIEW_COSTS, MANAGE_COSTS)
def show_margin(request: HttpRequest, project_id: int) -> dict[str, Any]:
    """What a project cost, and its margin on what is invoiced; for those who may see costs and billing."""
    require(request.user, VIEW_BILLING)
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    margin = margin_of(project, invoiced_on(project))
    return {
        "project_id": project.pk,
        "currency": margin.currency,
        "minutes": margin.labour.minutes,
        "labour_amount": margin.labour.cost_amount,
        "uncosted_minutes": margin.labour.uncosted_minutes,
        "expense_amount": margin.expenses.cost_amount,
        "unknown_expenses": margin.expenses.unknown,
        "cost_amount": margin.cost,
        "invoiced_amount": margin.invoiced,
        "margin_amount": margin.amount,
        "margin_percent": margin.percent,
    }


def _part(part: Part, is_hours: bool, key: str) -> dict[str, Any]:
    unit = "minutes" if is_hours else "amount"
    names = ("budget", "recorded", "approved", "billed")
    return {key: part.key, "name": part.name} | {f"{name}_{unit}": getattr(part, name) for name in names}
