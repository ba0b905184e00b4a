"""The rate of one line, with the steps that it could come from; and what recorded time costs the firm."""

from datetime import date

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.api import Amount, Routes, Row, Wish, WishedAmount, cleaned
from people.guards import guarded
from projects.access import MANAGE_COSTS, VIEW_COSTS, VIEW_RATES
from projects.access import visible_to as projects_visible_to
from projects.costs import cost_currency
from projects.rates import trace
from timesheets.access import SET_RATE, visible_to
from timesheets.costs import LabourCost, cost_between, cost_by_project
from timesheets.models import TimeEntry
from timesheets.rate_forms import OwnRateForm
from timesheets.setting_rates import clear_rate, key_of, set_rate

routes = Routes("time")


class RateStep(Row):
    """One of the twelve steps; `amount` is null where it has no rate for the line."""

    number: int
    words: str
    amount: Amount | None
    source: str
    is_used: bool


class EntryRateRow(Row):
    """The stored rate of a line (for `minutes`: 60 is an hour), and the steps as the cards are now."""

    amount: Amount | None
    currency: str
    minutes: int
    source: str
    has_own_rate: bool
    steps: list[RateStep]


class OwnRateWish(Wish):
    """What an hour of this line costs, whatever the cards say, and why."""

    rate_amount: WishedAmount
    reason: str


class LabourCostRow(Row):
    """Hours billable or not, what they cost, and those that have no cost rate, in minutes."""

    currency: str
    minutes: int
    cost_amount: Amount
    uncosted_minutes: int


@routes.read("/time-entries/{int:entry_id}/rate", EntryRateRow)
@guarded(VIEW_RATES, SET_RATE)
def show_entry_rate(request: HttpRequest, entry_id: int) -> EntryRateRow:
    """Where the rate of a line comes from."""
    return _row(_entry(request, entry_id))


@routes.write("/time-entries/{int:entry_id}/rate", EntryRateRow, method="PUT")
@guarded(SET_RATE)
def put_entry_rate(request: HttpRequest, entry_id: int, wish: OwnRateWish) -> EntryRateRow:
    """Sets the rate of a line that is not billed yet. It holds until the line moves to other work."""
    fields = cleaned(OwnRateForm, wish)
    set_rate(entry=_entry(request, entry_id), by=request.user, **fields)
    return _row(_entry(request, entry_id))


@routes.write("/time-entries/{int:entry_id}/rate", method="DELETE")
@guarded(SET_RATE)
def delete_entry_rate(request: HttpRequest, entry_id: int) -> None:
    """Takes a rate that was set away: the cards decide again."""
    clear_rate(entry=_entry(request, entry_id), by=request.user)


@routes.read("/labour-cost", LabourCostRow)
@guarded(VIEW_COSTS, MANAGE_COSTS)
def show_labour_cost(request: HttpRequest, first: date, last: date) -> LabourCostRow:
    """What all time between two days costs, both included."""
    currency = cost_currency()
    return _cost(cost_between(first, last, currency), currency)


@routes.read("/projects/{int:project_id}/labour-cost", LabourCostRow)
@guarded(VIEW_COSTS, MANAGE_COSTS)
def show_labour_cost_of_project(request: HttpRequest, project_id: int) -> LabourCostRow:
    """What the time of a project cost until now."""
    project, currency = get_object_or_404(projects_visible_to(request.user), pk=project_id), cost_currency()
    return _cost(cost_by_project([project.pk], currency).get(project.pk, LabourCost()), currency)


def _cost(cost: LabourCost, currency: str) -> LabourCostRow:
    return LabourCostRow(currency=currency, **vars(cost))


def _row(entry: TimeEntry) -> EntryRateRow:
    return EntryRateRow(
        amount=entry.rate_amount,
        currency=entry.rate_currency,
        minutes=entry.rate_minutes,
        source=entry.rate_source,
        has_own_rate=entry.has_own_rate,
        steps=[
            RateStep(
                number=step.number,
                words=step.words,
                amount=step.rate.amount if step.rate else None,
                source=step.rate.source if step.rate else "",
                is_used=step.is_used and not entry.has_own_rate,
            )
            for step in trace(key_of(entry))
        ],
    )


def _entry(request: HttpRequest, entry_id: int) -> TimeEntry:
    lines = visible_to(request.user).select_related("staff", "project__client")
    return get_object_or_404(lines, pk=entry_id)
