"""The dialog that removes a rate. Those that may reach back to recorded time are in billing."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import MANAGE_RATES, cards_visible_to
from projects.carding import remove_rate
from projects.cards import words_of
from projects.models import RateRule


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Removes a rate that nothing was recorded at, after asking."""
    rules = RateRule.objects.select_related("card", "staff", "job_title", "task", "labor_code")
    rule = get_object_or_404(rules.filter(card__in=cards_visible_to(request.user)), pk=rule_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        with refusals_into(form):
            remove_rate(rule=rule, by=request.user)
            toast(request, "The rate is removed.")
            return dialog_done("rates-changed")
    context = {"form": form, "rule": rule, "card": rule.card, "words": words_of(rule), "action": request.path}
    return page(request, "projects/rate_remove.html", context, status=422 if form.errors else 200)
