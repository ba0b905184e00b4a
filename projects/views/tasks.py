"""Tasks: the line that adds them on the project's page, and the dialog of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import today
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import staff_only
from projects.access import require_manage, sees_costs, visible_to
from projects.models import Task
from projects.task_forms import ProgressForm, TaskForm, TaskLineForm
from projects.tasking import add_task, close_task, edit_task, record_progress, reopen_task, shift_task

CHANGED = "tasks-changed"
LATEST = 12


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, project_id: int) -> HttpResponse:
    """The line under the tasks: Enter adds one and leaves the line empty for the next."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    require_manage(request.user, project)
    form = TaskLineForm(request.POST if request.method == "POST" else None)
    added = None
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            added = add_task(project=project, by=request.user, **form.cleaned_data)
            kept = {name: form.cleaned_data[name] for name in ("labor_code", "is_billable")}
            form = TaskLineForm(initial=kept)
    context = {"form": form, "project": project, "is_next": True}
    response = page(request, "projects/task_line.html", context, status=422 if form.errors else 200)
    if added is not None:
        response["HX-Trigger"] = CHANGED
    return response


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, task_id: int) -> HttpResponse:
    """Changes a task."""
    task = _task(request, task_id)
    require_manage(request.user, task.project)
    given = request.POST if request.method == "POST" else None
    form = TaskForm(given, project=task.project, task=task, sees_costs=sees_costs(request.user))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_task(task=task, by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['name']} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "task": task, "action": request.path}
    return page(request, "projects/task.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, project_id: int) -> HttpResponse:
    """A new task with everything about it; `?parent=` chooses beforehand what it is a part of."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    require_manage(request.user, project)
    given = request.POST if request.method == "POST" else None
    chosen = {"parent": request.GET.get("parent")}
    form = TaskForm(given, project=project, initial=chosen, sees_costs=sees_costs(request.user))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            task = add_task(project=project, by=request.user, **form.cleaned_data)
            toast(request, f"{task.name} is added.")
            return dialog_done(CHANGED)
    context = {"form": form, "action": request.path}
    return page(request, "projects/task.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest, task_id: int) -> HttpResponse:
    """How far a task is in somebody's judgement, with everything that was said before."""
    task = _task(request, task_id)
    require_manage(request.user, task.project)
    said = list(task.progress.all()[:LATEST])
    form = ProgressForm(
        request.POST if request.method == "POST" else None,
        initial={"percent": said[0].percent if said else None},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            record_progress(task=task, by=request.user, on=today(request.user), **form.cleaned_data)
            toast(request, f"{task.name} is {form.cleaned_data['percent']:f} % done.")
            return dialog_done(CHANGED)
    context = {"form": form, "task": task, "said": said, "action": request.path}
    return page(request, "projects/task_progress.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def close(request: HttpRequest, task_id: int) -> HttpResponse:
    """No more time; Undo reopens."""
    task = close_task(task=_task(request, task_id), by=request.user)
    toast(request, f"{task.name} is closed.", reverse("projects:task-reopen", args=[task.pk]))
    return dialog_done(CHANGED)


@staff_only
@require_POST
def reopen(request: HttpRequest, task_id: int) -> HttpResponse:
    """The way back."""
    task = reopen_task(task=_task(request, task_id), by=request.user)
    toast(request, f"{task.name} is open again.")
    return dialog_done(CHANGED)


@staff_only
@require_POST
def shift(request: HttpRequest, task_id: int, direction: Any) -> HttpResponse:
    """Moves the task one place up or down."""
    shift_task(task=_task(request, task_id), by=request.user, direction=direction)
    return dialog_done(CHANGED)


def _task(request: HttpRequest, task_id: int) -> Task:
    tasks = Task.objects.select_related("project__client").filter(project__in=visible_to(request.user))
    return get_object_or_404(tasks, pk=task_id)
