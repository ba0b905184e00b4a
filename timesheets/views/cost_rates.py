"""Cost rates: what an hour of work costs the firm, with the hours that have none; and the dialogs that change them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import today
from core.pages import dialog_done, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from projects.access import MANAGE_COSTS, VIEW_COSTS
from projects.cost_forms import ChangeCostForm, CostRateForm, EndCostForm
from projects.costing import add_cost_rate, change_cost_rate_from, end_cost_rate, remove_cost_rate
from projects.costs import cost_currency, cost_words, costs_visible_to
from projects.models import CostRate
from timesheets.cost_list import cost_list
from timesheets.costs import cost_between

CHANGED = "costs-changed"
DAYS = timedelta(days=90)


@guarded(VIEW_COSTS, MANAGE_COSTS)
@require_GET
def cost_rates(request: HttpRequest) -> HttpResponse:
    """Who costs what, from when until when; what the last 90 days cost, and which hours are uncosted."""
    now, currency = today(request.user), cost_currency()
    context = {
        "groups": cost_list(request.user, now),
        "currency": currency,
        "recent": cost_between(now - DAYS, now, currency),
        "can_change": has_right(request.user, MANAGE_COSTS),
    }
    return page(request, "timesheets/cost_rates.html", context)


@guarded(MANAGE_COSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Adds a cost rate."""
    posted = request.POST if request.method == "POST" else None
    form = CostRateForm(posted, initial={"starts_on": today(request.user)})
    return _dialog(
        request,
        "add",
        form,
        lambda fields: add_cost_rate(by=request.user, **fields),
        "The cost rate is added.",
    )


@guarded(MANAGE_COSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, cost_id: int) -> HttpResponse:
    """A new amount from a day on."""
    rate = _rate(request, cost_id)
    form = ChangeCostForm(request.POST if request.method == "POST" else None)
    return _dialog(
        request,
        "change",
        form,
        lambda fields: change_cost_rate_from(rate=rate, by=request.user, **fields),
        "The cost changes on that day.",
        rate,
    )


@guarded(MANAGE_COSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, cost_id: int) -> HttpResponse:
    """Sets the last day of a cost rate."""
    rate = _rate(request, cost_id)
    posted = request.POST if request.method == "POST" else None
    form = EndCostForm(posted, initial={"ends_on": rate.ends_on})
    return _dialog(
        request,
        "end",
        form,
        lambda fields: end_cost_rate(rate=rate, by=request.user, **fields),
        "The last day is saved.",
        rate,
    )


@guarded(MANAGE_COSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, cost_id: int) -> HttpResponse:
    """Removes a cost rate, after asking."""
    rate = _rate(request, cost_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    return _dialog(
        request,
        "remove",
        form,
        lambda fields: remove_cost_rate(rate=rate, by=request.user),
        "The cost rate is removed.",
        rate,
    )


def _dialog(
    request: HttpRequest,
    step: str,
    form: forms.Form,
    do: Callable[[dict[str, Any]], CostRate | None],
    said: str,
    rate: CostRate | None = None,
) -> HttpResponse:
    """The form, with what a day in the past rewrites; then the deed."""
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            do(form.cleaned_data)
            toast(request, said)
            return dialog_done(CHANGED)
    context = {"form": form, "step": step, "rate": rate, "action": request.path}
    context |= {"words": cost_words(rate) if rate else "", **_past(rate, today(request.user))}
    return page(request, "timesheets/cost_rate.html", context, status=422 if form.errors else 200)


def _past(rate: CostRate | None, now: date) -> dict[str, Any]:
    """What is recorded since the rate began, or in the last 90 days: what a day in the past rewrites."""
    since, currency = rate.starts_on if rate else now - DAYS, cost_currency()
    return {"since": since, "past": cost_between(since, now, currency), "currency": currency}


def _rate(request: HttpRequest, cost_id: int) -> CostRate:
    rates = costs_visible_to(request.user).select_related("staff", "project", "task", "labor_code")
    return get_object_or_404(rates, pk=cost_id)
