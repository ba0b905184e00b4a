"""Settings of projects: how codes are made, when leads hear of budgets, the firm's types, statuses and categories."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from projects.access import MANAGE_PROJECTS
from projects.forms import LabelForm, ProjectRulesForm
from projects.labeling import add_label, deactivate_label, reactivate_label, rename_label, set_project_rules
from projects.models import ProjectLabel, ProjectRules

CHANGED = "labels-changed"
PLURALS = {"TYPE": "Types", "STATUS": "Statuses", "CATEGORY": "Categories"}


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The rules, and the three lists under them."""
    rules = ProjectRules.objects.get(pk=1)
    form = ProjectRulesForm(request.POST if request.method == "POST" else None, rules=rules)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_project_rules(by=request.user, **form.cleaned_data)
            toast(request, "The rules of projects are saved.")
            return redirect("projects:settings")
    labels = list(ProjectLabel.objects.order_by("-is_active", "name"))
    lists = [
        (kind, PLURALS[kind.value], [each for each in labels if each.kind == kind])
        for kind in ProjectLabel.Kind
    ]
    context = {"form": form, "lists": lists}
    return page(request, "projects/settings.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def label(request: HttpRequest, kind: str = "", label_id: int | None = None) -> HttpResponse:
    """Adds an entry to one of the lists, or renames one."""
    known = get_object_or_404(ProjectLabel, pk=label_id) if label_id else None
    form = LabelForm(request.POST if request.method == "POST" else None, label=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            if known:
                rename_label(label=known, by=request.user, **form.cleaned_data)
            else:
                add_label(kind=kind.upper(), by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['name']} is saved.")
            return dialog_done(CHANGED)
    words = ProjectLabel.Kind(known.kind if known else kind.upper()).label.lower()
    context = {"form": form, "label": known, "words": words, "action": request.path}
    return page(request, "projects/label.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_POST
def deactivate(request: HttpRequest, label_id: int) -> HttpResponse:
    """Takes it out of pick-lists; Undo brings it back."""
    found = deactivate_label(label=get_object_or_404(ProjectLabel, pk=label_id), by=request.user)
    undo_url = reverse("projects:label-reactivate", args=[found.pk])
    toast(request, f"{found.name} is no longer offered. Projects that have it keep it.", undo_url)
    return dialog_done(CHANGED)


@guarded(MANAGE_PROJECTS)
@require_POST
def reactivate(request: HttpRequest, label_id: int) -> HttpResponse:
    """The way back."""
    found = reactivate_label(label=get_object_or_404(ProjectLabel, pk=label_id), by=request.user)
    toast(request, f"{found.name} is offered again.")
    return dialog_done(CHANGED)
