"""Settings → Time: the firm's rules of periods, notes, columns, locks and checks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from core.clock import today
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from timesheets.access import LOCK_TIME, MANAGE_RULES
from timesheets.models import SubmitRule, TimeRules
from timesheets.rules_forms import TimeRulesForm
from timesheets.ruling import edit_rules


@guarded(MANAGE_RULES)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Shows and changes the rules."""
    known = TimeRules.objects.get(pk=1)
    form = TimeRulesForm(request.POST or None, rules=known, checks=SubmitRule.objects.all())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_rules(
                by=request.user,
                on=today(request.user),
                checks=form.checks,
                reason=form.cleaned_data["reason"],
                **form.values,
            )
            toast(request, "The rules of time are saved.")
            return redirect("timesheets:rules")
    context = {"form": form, "rules": known, "may_lock": has_right(request.user, LOCK_TIME)}
    return page(request, "timesheets/rules.html", context, status=422 if form.errors else 200)
