"""The list of projects, and their form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Client
from core.pages import is_fragment, page, refusals_into, toast
from people.guards import guarded, staff_only
from projects.access import MANAGE_PROJECTS, can_manage, require_manage, visible_to
from projects.forms import ProjectForm
from projects.lists import TABS, project_list
from projects.models import Project
from projects.opening import close_project, edit_project, open_project, reopen_project, suggest_code


@staff_only
@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """Projects that the person may see; `?is=`, `?q=` and `?start=` narrow and continue the list."""
    tab = request.GET.get("is", "open")
    tab = tab if tab in TABS else "open"
    query, start = request.GET.get("q", "").strip(), request.GET.get("start", "0")
    first = int(start) if start.isdecimal() else 0
    part = project_list(request.user, tab=tab, query=query, start=first)
    context = {"part": part, "tab": tab, "query": query, "can_manage": can_manage(request.user)}
    is_continued = first > 0 and is_fragment(request)
    return page(request, "projects/projects.html#rows" if is_continued else "projects/projects.html", context)


@guarded(MANAGE_PROJECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Opens a project; `?client=` chooses the client beforehand."""
    form = ProjectForm(
        request.POST if request.method == "POST" else None, initial={"client": request.GET.get("client")}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            project = open_project(by=request.user, **form.cleaned_data)
            toast(request, f"{project.name} is open, code {project.code}. Add its tasks next.")
            return redirect("reports:project", project.pk)
    return page(request, "projects/form.html", {"form": form}, status=422 if form.errors else 200)


@guarded(MANAGE_PROJECTS)
@require_GET
def next_code(request: HttpRequest) -> HttpResponse:
    """Which code an empty field takes for the chosen client."""
    chosen = request.GET.get("client", "")
    client = Client.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
    return page(request, "projects/form.html#next_code", {"next_code": client and suggest_code(client)})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, project_id: int) -> HttpResponse:
    """Changes a project; its lead may."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    require_manage(request.user, project)
    form = ProjectForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_project(project=project, by=request.user, **form.cleaned_data)
            toast(request, "The project is saved.")
            return redirect("reports:project", project.pk)
    context = {"form": form, "project": project}
    return page(request, "projects/form.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def close(request: HttpRequest, project_id: int) -> HttpResponse:
    """No more time; Undo reopens."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    close_project(project=project, by=request.user)
    undo_url = reverse("projects:reopen", args=[project.pk])
    toast(request, f"{project.name} is closed. No more time can be logged to it.", undo_url)
    return redirect("reports:project", project.pk)


@staff_only
@require_POST
def reopen(request: HttpRequest, project_id: int) -> HttpResponse:
    """The way back."""
    project: Project = get_object_or_404(visible_to(request.user), pk=project_id)
    reopen_project(project=project, by=request.user)
    toast(request, f"{project.name} is open again.")
    return redirect("reports:project", project.pk)
