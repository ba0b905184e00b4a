"""Settings → Invoicing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from billing.access import MANAGE_BILLING
from billing.models import BillingRules
from billing.rules_forms import RulesForm
from billing.ruling import FIELDS, edit_rules
from core.pages import page, refusals_into, toast
from people.guards import guarded


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    known = BillingRules.objects.get(pk=1)
    form = RulesForm(request.POST or None, initial={name: getattr(known, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_rules(by=request.user, **form.cleaned_data)
            toast(request, "Invoicing is saved.")
            return redirect("billing:rules")
    return page(request, "billing/rules.html", {"form": form}, status=422 if form.errors else 200)
