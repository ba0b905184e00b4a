"""Settings → Payment reminders: when clients are reminded, step by step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from billing import dunning_ruling as operations
from billing.access import MANAGE_BILLING
from billing.dunning_forms import DunningForm, StepForm
from billing.models import DunningRules, DunningStep
from core import clock
from core.pages import page, refusals_into, toast
from people.entities import default_entity
from people.guards import guarded


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rules and the steps."""
    known = DunningRules.objects.get(pk=1)
    form = DunningForm(request.POST or None, initial=DunningForm.initial_of(known))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            operations.edit_dunning(by=request.user, **form.cleaned_data)
            toast(request, "Payment reminders are saved.")
            return redirect("billing:dunning")
    context = {"form": form, "rules": known, "steps": DunningStep.objects.all(), "currency": _currency()}
    return page(request, "billing/dunning.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The dialog of one step, or of a new one."""
    known = get_object_or_404(DunningStep, pk=pk) if pk else None
    form = StepForm(request.POST or None, initial=StepForm.initial_of(known))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            today = clock.today(request.user)
            operations.save_step(step=known, by=request.user, on=today, **form.cleaned_data)
            toast(request, "The step is saved." if known else "The step is added.")
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "step": known, "action": request.path}
    return page(request, "billing/dunning_step.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_BILLING)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes a step."""
    operations.remove_step(step=get_object_or_404(DunningStep, pk=pk), by=request.user)
    toast(request, "The step is removed.")
    return redirect("billing:dunning")


def _currency() -> str:
    """The firm's own, for the words about fees; the fee itself is in the invoice's."""
    return default_entity().currency
