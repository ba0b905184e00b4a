"""Templates of projects, and copies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.pages import dialog_done, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from projects.access import MANAGE_PROJECTS, MANAGE_RATES, visible_to
from projects.models import Project, ProjectTemplate
from projects.planning import clone_project, open_from_template
from projects.template_forms import CopyForm, TemplateForm
from projects.template_list import template_rows
from projects.templating import (
    deactivate_template,
    reactivate_template,
    refill_template,
    rename_template,
    save_as_template,
)

CHANGED = "templates-changed"


@guarded(MANAGE_PROJECTS)
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All templates; those that are put aside last."""
    return page(request, "projects/templates.html", {"rows": template_rows()})


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def clone(request: HttpRequest, project_id: int) -> HttpResponse:
    """Opens a copy of a project."""
    original = _project(request, project_id)
    form = _form(request, original)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = clone_project(project=original, by=request.user, **form.cleaned_data)
            return _opened(request, made)
    context = {
        "form": form,
        "words": f"Copy {original.name}",
        "back": reverse("reports:project", args=[project_id]),
    }
    return page(request, "projects/copy.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, template_id: int) -> HttpResponse:
    """Opens a project from a template."""
    template = get_object_or_404(ProjectTemplate, pk=template_id, is_active=True)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = open_from_template(template=template, by=request.user, **form.cleaned_data)
            return _opened(request, made)
    context = {
        "form": form,
        "words": f"New project from {template.name}",
        "back": reverse("projects:templates"),
    }
    return page(request, "projects/copy.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, project_id: int) -> HttpResponse:
    """Makes a template of a project, or fills one anew."""
    project = _project(request, project_id)
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        known, name, notes = (form.cleaned_data[field] for field in ("template", "name", "notes"))
        with refusals_into(form):
            if known:
                template = refill_template(template=known, project=project, by=request.user)
            else:
                template = save_as_template(project=project, name=name, notes=notes, by=request.user)
            toast(request, f"The template {template.name} holds what {project.name} has now.")
            return dialog_done(CHANGED)
    context = {"form": form, "project": project, "action": request.path}
    return page(request, "projects/template.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, template_id: int) -> HttpResponse:
    """Another name and note."""
    template = get_object_or_404(ProjectTemplate, pk=template_id)
    form = TemplateForm(request.POST if request.method == "POST" else None, template=template)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            rename_template(template=template, by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['name']} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "template": template, "action": request.path}
    return page(request, "projects/template.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_POST
def deactivate(request: HttpRequest, template_id: int) -> HttpResponse:
    """No longer offered; Undo brings it back."""
    found = get_object_or_404(ProjectTemplate, pk=template_id)
    deactivate_template(template=found, by=request.user)
    toast(
        request,
        f"{found.name} is no longer offered.",
        reverse("projects:template-reactivate", args=[found.pk]),
    )
    return dialog_done(CHANGED)


@guarded(MANAGE_PROJECTS)
@require_POST
def reactivate(request: HttpRequest, template_id: int) -> HttpResponse:
    """The way back."""
    found = get_object_or_404(ProjectTemplate, pk=template_id)
    reactivate_template(template=found, by=request.user)
    toast(request, f"{found.name} is offered again.")
    return dialog_done(CHANGED)


def _form(request: HttpRequest, original: Project | None = None) -> CopyForm:
    posted = request.POST if request.method == "POST" else None
    return CopyForm(posted, project=original, may_rate=has_right(request.user, MANAGE_RATES))


def _opened(request: HttpRequest, project: Project) -> HttpResponse:
    toast(request, f"{project.name} is open, code {project.code}.")
    return redirect("reports:project", project.pk)


def _project(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(
        visible_to(request.user).select_related("client", "type", "category"), pk=project_id
    )
