"""Dialogs of rates that may reach back: first the change, then what it does to recorded time, then it is done."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from billing.rate_forms import AddRateForm, ChangeForm, EndForm, ReachForm, RerateForm
from billing.rerating import (
    Effect,
    Which,
    adding,
    card_scope,
    change_and_rerate,
    changing,
    effect,
    ending,
    preview_change,
    rerate,
)
from core.clock import today
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import MANAGE_RATES, cards_visible_to
from projects.cards import words_of
from projects.models import RateCard, RateRule

CHANGED = "rates-changed"
Change = Callable[[], Sequence[RateRule]]


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, card_id: int) -> HttpResponse:
    """Adds a rate. An overlap is said at the date, and what was typed stays."""
    card = _card(request, card_id)
    posted = request.POST if request.method == "POST" else None
    form = AddRateForm(posted, card=card, initial={"starts_on": today(request.user)})
    return _dialog(
        request,
        "billing/rate_add.html",
        form,
        lambda fields: adding(card=card, by=request.user, **fields),
        card=card,
        said="The rate is added.",
        again=lambda data: AddRateForm(data, card=card),
    )


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, rule_id: int) -> HttpResponse:
    """A new amount from a day on: one step ends the old rate and starts the new."""
    rule = _rule(request, rule_id)
    return _dialog(
        request,
        "billing/rate_change.html",
        ChangeForm(request.POST if request.method == "POST" else None),
        lambda fields: changing(rule=rule, by=request.user, **fields),
        rule=rule,
        said="The rate changes on that day.",
        again=ChangeForm,
    )


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Sets the last day of a rate."""
    rule = _rule(request, rule_id)
    posted = request.POST if request.method == "POST" else None
    return _dialog(
        request,
        "billing/rate_end.html",
        EndForm(posted, initial={"ends_on": rule.ends_on}),
        lambda fields: ending(rule=rule, by=request.user, **fields),
        rule=rule,
        said="The last day is saved.",
        again=EndForm,
    )


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def rerate_card(request: HttpRequest, card_id: int) -> HttpResponse:
    """Resolves the open time of a card anew, such as after somebody got another role; with a preview."""
    card = _card(request, card_id)
    form = RerateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            scope = card_scope(card)
            if form.seen is None:
                found = effect(scope=scope, reach=form.reach, by=request.user)
                return _preview(request, RerateForm, found, card)
            done = rerate(scope=scope, reach=form.reach, by=request.user, subject=card, expects=form.seen)
            toast(request, f"{_entries(done.entries)} re-rated.")
            return dialog_done(CHANGED)
    context = {"form": form, "card": card, "action": request.path}
    return page(request, "billing/rate_rerate.html", context, status=422 if form.errors else 200)


def _dialog(
    request: HttpRequest,
    template: str,
    form: ReachForm,
    change_of: Callable[[dict[str, Any]], Change],
    *,
    said: str,
    again: Callable[[Any], ReachForm],
    card: RateCard | None = None,
    rule: RateRule | None = None,
) -> HttpResponse:
    """The form; what it would do to recorded time; the deed."""
    card = rule.card if rule else card
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            wanted, reach = change_of(form.rate_fields), form.reach
            if reach.which != Which.NEW and form.seen is None:
                found = preview_change(change=wanted, reach=reach, by=request.user)
                return _preview(request, again, found, card)
            _, done = change_and_rerate(change=wanted, reach=reach, by=request.user, expects=form.seen)
            toast(request, f"{said} {_entries(done.entries)} re-rated." if done.entries else said)
            return dialog_done(CHANGED)
    context = {"form": form, "card": card, "rule": rule, "action": request.path}
    context |= {"words": words_of(rule)} if rule else {}
    return page(request, template, context, status=422 if form.errors else 200)


def _preview(
    request: HttpRequest, again: Callable[[Any], ReachForm], found: Effect, card: RateCard | None
) -> HttpResponse:
    """The same form with all its fields hidden, and what was found to agree to."""
    posted = request.POST.copy()
    posted["seen_entries"], posted["seen_difference"] = str(found.entries), str(found.difference)
    context = {"form": again(posted), "effect": found, "card": card, "action": request.path}
    return page(request, "billing/rate_preview.html", context)


def _entries(number: int) -> str:
    return f"{number:,} {'entry is' if number == 1 else 'entries are'}"


def _card(request: HttpRequest, card_id: int) -> RateCard:
    return get_object_or_404(cards_visible_to(request.user), pk=card_id)


def _rule(request: HttpRequest, rule_id: int) -> RateRule:
    rules = RateRule.objects.select_related("card", "staff", "job_title", "task", "labor_code")
    return get_object_or_404(rules.filter(card__in=cards_visible_to(request.user)), pk=rule_id)
