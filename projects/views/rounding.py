"""Settings → Rounding: the firm's rule, and the exceptions of clients and projects."""

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import MANAGE_RATES
from projects.models import RoundingRule
from projects.rounding import clear_rounding, exceptions_visible_to, firm_rule, set_rounding
from projects.rounding_forms import ExceptionForm, RoundingForm

CHANGED = "rounding-changed"


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def rounding(request: HttpRequest) -> HttpResponse:
    """The firm's rule as a form, and the list of exceptions."""
    form = RoundingForm(request.POST if request.method == "POST" else None, rule=firm_rule())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_rounding(wanted=form.wanted, by=request.user)
            toast(request, "Rounding is saved. It counts for what is drafted from now on.")
            return redirect("projects:rounding")
    context = {"form": form, "exceptions": exceptions_visible_to(request.user)}
    return page(request, "projects/rounding.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def exception(request: HttpRequest, rounding_id: int | None = None) -> HttpResponse:
    """The dialog of an exception, or of a new one; `?client=` or `?project=` asks for that of one."""
    asked = {name: request.GET[name] for name in ("client", "project") if request.GET.get(name, "").isdigit()}
    rule = _rule(request, rounding_id) if rounding_id else _known(request, asked)
    form = ExceptionForm(request.POST if request.method == "POST" else None, rule=rule, initial=asked)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            whose = {name: form.cleaned_data[name] for name in ("client", "project")}
            set_rounding(wanted=form.wanted, by=request.user, **whose)
            toast(request, "The exception is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "rule": rule, "action": request.path}
    return page(request, "projects/rounding_exception.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, rounding_id: int) -> HttpResponse:
    """Takes an exception away, after asking."""
    rule = _rule(request, rounding_id)
    if request.method == "POST":
        clear_rounding(by=request.user, client=rule.client, project=rule.project)
        toast(request, "The exception is removed.")
        return dialog_done(CHANGED)
    context = {"form": forms.Form(), "rule": rule, "action": request.path}
    return page(request, "projects/rounding_remove.html", context)


def _known(request: HttpRequest, asked: Mapping[str, str]) -> RoundingRule | None:
    """The exception that the client or project has already."""
    return exceptions_visible_to(request.user).filter(**asked).first() if asked else None


def _rule(request: HttpRequest, rounding_id: int) -> RoundingRule:
    return get_object_or_404(exceptions_visible_to(request.user), pk=rounding_id)
