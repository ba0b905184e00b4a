"""Settings → Invoicing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from billing.access import MANAGE_BILLING
from billing.models import BillingRules
from billing.numbering import how_written
from billing.rules_forms import NumbersForm, RulesForm
from billing.ruling import FIELDS, edit_numbers, edit_rules
from core.pages import page, refusals_into, toast
from people.entities import entities_to_choose
from people.guards import guarded
from people.models import LegalEntity


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
    context = {"form": form, "entities": entities_to_choose()}
    return page(request, "billing/rules.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """How one legal entity writes its numbers."""
    entity = get_object_or_404(LegalEntity, pk=pk)
    form = NumbersForm(
        request.POST if request.method == "POST" else None,
        initial=how_written(entity) if request.method != "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_numbers(entity=entity, by=request.user, **form.cleaned_data)
            toast(request, f"The numbers of {entity.name} are saved.")
            return redirect("billing:rules")
    context = {"form": form, "entity": entity}
    return page(request, "billing/numbers.html", context, status=422 if form.errors else 200)
