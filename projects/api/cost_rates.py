"""What an hour of work costs the firm."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from core.api import Amount, Id, Listing, Part, Routes, Row, Wish, WishedAmount, cleaned, page
from people.guards import guarded
from projects.access import MANAGE_COSTS, VIEW_COSTS
from projects.cost_forms import ChangeCostForm, CostRateForm, EndCostForm
from projects.costing import add_cost_rate, change_cost_rate_from, end_cost_rate, remove_cost_rate
from projects.costs import costs_visible_to
from projects.models import CostRate

routes = Routes("projects")


class CostRateRow(Row):
    id: int
    cost_amount: Amount
    staff_id: int | None
    project_id: int | None
    task_id: int | None
    labor_code_id: int | None
    starts_on: date
    ends_on: date | None


class CostRateWish(Wish):
    """For whom and what is given; nothing given is the firm's default. `ends_on` is the last day."""

    cost_amount: WishedAmount
    starts_on: date
    ends_on: date | None = None
    staff_id: Id | None = None
    project_id: Id | None = None
    task_id: Id | None = None
    labor_code_id: Id | None = None


class NewCostWish(Wish):
    cost_amount: WishedAmount
    starts_on: date


class LastCostDayWish(Wish):
    ends_on: date | None


@routes.read("/cost-rates", Listing[CostRateRow])
@guarded(VIEW_COSTS, MANAGE_COSTS)
def list_cost_rates(request: HttpRequest, part: Query[Part], on: date | None = None) -> dict[str, Any]:
    """The cost rates; with `on` those that apply on that day."""
    found = costs_visible_to(request.user)
    return page(found if on is None else found.effective_on(on), part)


@routes.write("/cost-rates", CostRateRow, status=201)
@guarded(MANAGE_COSTS)
def create_cost_rate(request: HttpRequest, wish: CostRateWish) -> CostRate:
    """Adds what an hour costs, in the currency of the firm's company."""
    return add_cost_rate(by=request.user, **cleaned(CostRateForm, wish))


@routes.read("/cost-rates/{int:cost_id}", CostRateRow)
@guarded(VIEW_COSTS, MANAGE_COSTS)
def show_cost_rate(request: HttpRequest, cost_id: int) -> CostRate:
    """One cost rate."""
    return _rate(request, cost_id)


@routes.write("/cost-rates/{int:cost_id}/change", CostRateRow, status=201)
@guarded(MANAGE_COSTS)
def change_cost_rate(request: HttpRequest, cost_id: int, wish: NewCostWish) -> CostRate:
    """A new amount from a day on: ends the rate the day before, and answers the new one."""
    fields = cleaned(ChangeCostForm, wish)
    return change_cost_rate_from(rate=_rate(request, cost_id), by=request.user, **fields)


@routes.write("/cost-rates/{int:cost_id}/end", CostRateRow)
@guarded(MANAGE_COSTS)
def finish_cost_rate(request: HttpRequest, cost_id: int, wish: LastCostDayWish) -> CostRate:
    """Sets the last day of a cost rate; null: until further notice."""
    return end_cost_rate(rate=_rate(request, cost_id), by=request.user, **cleaned(EndCostForm, wish))


@routes.write("/cost-rates/{int:cost_id}", method="DELETE")
@guarded(MANAGE_COSTS)
def delete_cost_rate(request: HttpRequest, cost_id: int) -> None:
    """Removes a cost rate; what it cost is then decided by the others."""
    remove_cost_rate(rate=_rate(request, cost_id), by=request.user)


def _rate(request: HttpRequest, cost_id: int) -> CostRate:
    return get_object_or_404(costs_visible_to(request.user), pk=cost_id)
