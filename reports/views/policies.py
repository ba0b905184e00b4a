"""Settings: who approves what. Steps are changed one at a time, and the page says at once who would be asked."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.access import MANAGE_POLICIES
from approvals.arranging import StepRules, arrange, edit_policy
from approvals.forms import rules_of
from approvals.models import Policy, Step
from approvals.preview import Stage
from approvals.submitting import policy_for
from core.pages import is_fragment, page, refusals_into, toast
from people.guards import guarded
from reports.policy_forms import AskingForm, KindPolicyForm, PlacedStepForm
from reports.policy_page import (
    KINDS,
    Kind,
    asked_about,
    cards_of,
    firm_currency,
    first_asking,
    places_for,
    with_step,
    without,
)


def _kind(slug: str) -> Kind:
    """Raises Http404 for a page that is not there."""
    found = next((kind for kind in KINDS if kind.slug == slug), None)
    if found is None:
        raise Http404
    return found


@guarded(MANAGE_POLICIES)
@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """The first kind's page."""
    return redirect("reports:policy", KINDS[0].slug)


@guarded(MANAGE_POLICIES)
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Steps, rules and who would be asked; a POST saves the rules."""
    kind = _kind(slug)
    found = policy_for(kind.kind)
    if request.method != "POST":
        return _show(request, kind, found, KindPolicyForm(policy=found))
    form = KindPolicyForm(request.POST, policy=found)
    if form.is_valid():
        with refusals_into(form):
            edit_policy(kind=kind.kind, by=request.user, **form.cleaned_data)
            toast(request, "The rules are saved.")
            return redirect("reports:policy", slug)
    return _show(request, kind, found, form)


def _show(request: HttpRequest, kind: Kind, found: Policy, form: KindPolicyForm) -> HttpResponse:
    asked, asked_form = _asked(request, kind, found)
    context = {"kind": kind, "policy": found, "asked": asked, "asking_form": asked_form}
    if is_fragment(request) and not form.is_bound:
        return page(request, "reports/policy.html#asked", context)
    names = dict(Policy.objects.values_list("subject_kind", "name"))
    kinds = [(each, names[each.kind]) for each in KINDS if each.kind in names]
    currency = firm_currency()
    context |= {"kinds": kinds, "stages": cards_of(found, currency), "form": form, "currency": currency}
    return page(request, "reports/policy.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, kind: Kind, found: Policy) -> tuple[list[Stage] | None, AskingForm]:
    """Who would be asked about what the address names; None while nothing can be said."""
    if "person" in request.GET:
        form = AskingForm(request.GET, kind=kind, by=request.user)
        return (asked_about(found, form.asking) if form.is_valid() else None), form
    first = first_asking(request.user)
    initial = {"person": first.staff, "project": first.project, "billable": "1"} if first else {}
    form = AskingForm(kind=kind, by=request.user, initial=initial)
    return (asked_about(found, first) if first else None), form


@guarded(MANAGE_POLICIES)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """A dialog: adds a step, or changes one."""
    kind = _kind(slug)
    found = policy_for(kind.kind)
    changed = _step(found, pk)
    stages, place = without(found, changed)
    form = PlacedStepForm(
        request.POST or None,
        kind=kind,
        places=places_for(stages),
        by=request.user,
        **_initial(changed, place),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            placed = with_step(stages, rules_of(form.values), form.cleaned_data["place"])
            arrange(kind=kind.kind, stages=placed, by=request.user, version=found.version)
            toast(request, "The step is saved." if changed else "The step is added.")
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "step": changed, "kind": kind, "policy": found, "action": request.path}
    context["currency"] = firm_currency()
    return page(request, "reports/policy_step.html", context, status=422 if form.errors else 200)


def _step(found: Policy, pk: int | None) -> Step | None:
    """One of the policy's present steps. Raises Http404."""
    return get_object_or_404(Step, pk=pk, policy=found, is_retired=False) if pk is not None else None


def _initial(changed: Step | None, place: str) -> dict[str, Any]:
    rules = StepRules.of(changed) if changed else None
    return {"rules": rules, "initial": {"place": place}}


@guarded(MANAGE_POLICIES)
@require_POST
def step_removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Takes a step out; what waits at it still does."""
    kind = _kind(slug)
    found = policy_for(kind.kind)
    stages, _ = without(found, _step(found, pk))
    arrange(kind=kind.kind, stages=stages, by=request.user, version=found.version)
    toast(request, "The step is removed. What waits at it is still decided there.")
    return redirect("reports:policy", slug)
