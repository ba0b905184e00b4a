"""Dialogs of the rates of a card."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from core.clock import today
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import MANAGE_RATES, cards_visible_to
from projects.carding import add_rate, change_rate_from, end_rate, remove_rate
from projects.cards import words_of
from projects.models import RateRule
from projects.rate_forms import ChangeRateForm, EndRateForm, RateForm

CHANGED = "rates-changed"


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, card_id: int) -> HttpResponse:
    """Adds a rate. An overlap is said at the date, and what was typed stays."""
    card = get_object_or_404(cards_visible_to(request.user), pk=card_id)
    form = RateForm(
        request.POST if request.method == "POST" else None,
        card=card,
        initial={"starts_on": today(request.user)},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            add_rate(card=card, by=request.user, **form.cleaned_data)
            toast(request, "The rate is added.")
            return dialog_done(CHANGED)
    return _dialog(request, "projects/rate.html", form, card=card)


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, rule_id: int) -> HttpResponse:
    """A new amount from a day on: one step ends the old rate and starts the new."""
    rule = _rule(request, rule_id)
    form = ChangeRateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            change_rate_from(rule=rule, by=request.user, **form.cleaned_data)
            toast(request, "The rate changes on that day.")
            return dialog_done(CHANGED)
    return _dialog(request, "projects/rate_change.html", form, rule=rule)


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Sets the last day of a rate."""
    rule = _rule(request, rule_id)
    form = EndRateForm(request.POST if request.method == "POST" else None, initial={"ends_on": rule.ends_on})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            end_rate(rule=rule, by=request.user, **form.cleaned_data)
            toast(request, "The last day is saved.")
            return dialog_done(CHANGED)
    return _dialog(request, "projects/rate_end.html", form, rule=rule)


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Removes a rate that nothing was recorded at, after asking."""
    rule = _rule(request, rule_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        with refusals_into(form):
            remove_rate(rule=rule, by=request.user)
            toast(request, "The rate is removed.")
            return dialog_done(CHANGED)
    return _dialog(request, "projects/rate_remove.html", form, rule=rule)


def _rule(request: HttpRequest, rule_id: int) -> RateRule:
    rules = RateRule.objects.select_related("card", "staff", "job_title", "task", "labor_code")
    return get_object_or_404(rules.filter(card__in=cards_visible_to(request.user)), pk=rule_id)


def _dialog(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    if rule := context.get("rule"):
        context |= {"card": rule.card, "words": words_of(rule)}
    context |= {"form": form, "action": request.path}
    return page(request, template, context, status=422 if form.errors else 200)
