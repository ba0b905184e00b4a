"""Tasks of a project."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from core.api import ChangedPart, Id, Listing, Routes, Row, Wish, cleaned, page
from people.guards import staff_only
from projects.access import require_manage, visible_to
from projects.forms import MOST_HOURS, TaskForm
from projects.models import Project, Task
from projects.tasking import add_task, close_task, edit_task, reopen_task, shift_task

routes = Routes("projects")
BudgetMinutes = Annotated[int, Field(ge=0, le=int(MOST_HOURS) * 60)]


class TaskRow(Row):
    id: int
    project_id: int
    contract_line_id: int
    name: str
    state: str
    is_billable: bool
    labor_code_id: int | None
    budget_minutes: int | None
    requires_notes: bool
    position: int
    updated_at: datetime


class TaskFields(Wish):
    is_billable: bool = True
    labor_code_id: Id | None = None
    budget_minutes: BudgetMinutes | None = None
    requires_notes: bool = False


class TaskWish(TaskFields):
    name: str


class TaskChange(TaskFields):
    name: str = ""


@routes.read("/projects/{int:project_id}/tasks", Listing[TaskRow])
@staff_only
def list_tasks_of_project(
    request: HttpRequest,
    project_id: int,
    part: Query[ChangedPart],
    state: Literal["OPEN", "CLOSED"] | None = None,
) -> dict[str, Any]:
    """The tasks of one project."""
    found = Task.objects.filter(project=_project(request, project_id))
    return page(found if state is None else found.filter(state=state), part)


@routes.write("/projects/{int:project_id}/tasks", TaskRow, status=201)
@staff_only
def create_task(request: HttpRequest, project_id: int, wish: TaskWish) -> Task:
    """Adds a task at the end, on the project's first contract line."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    return add_task(project=project, by=request.user, **_fields(wish, None))


@routes.read("/tasks", Listing[TaskRow])
@staff_only
def list_tasks(
    request: HttpRequest, part: Query[ChangedPart], state: Literal["OPEN", "CLOSED"] | None = None
) -> dict[str, Any]:
    """The tasks of all projects that the person may see."""
    found = Task.objects.filter(project__in=visible_to(request.user))
    return page(found if state is None else found.filter(state=state), part)


@routes.read("/tasks/{int:task_id}", TaskRow)
@staff_only
def show_task(request: HttpRequest, task_id: int) -> Task:
    """One task."""
    return _task(request, task_id)


@routes.write("/tasks/{int:task_id}", TaskRow, method="PATCH")
@staff_only
def change_task(request: HttpRequest, task_id: int, wish: TaskChange) -> Task:
    """Changes what is given. Time already recorded keeps its labor code, rate and whether it is billable."""
    task = _task(request, task_id)
    require_manage(request.user, task.project)
    edit_task(task=task, by=request.user, **_fields(wish, task))
    return _task(request, task_id)


@routes.write("/tasks/{int:task_id}/close", TaskRow)
@staff_only
def end_task(request: HttpRequest, task_id: int) -> Task:
    """No more time can be logged to it."""
    close_task(task=_task(request, task_id), by=request.user)
    return _task(request, task_id)


@routes.write("/tasks/{int:task_id}/reopen", TaskRow)
@staff_only
def resume_task(request: HttpRequest, task_id: int) -> Task:
    """The way back."""
    reopen_task(task=_task(request, task_id), by=request.user)
    return _task(request, task_id)


@routes.write("/tasks/{int:task_id}/{direction}", list[TaskRow])
@staff_only
def move_task(request: HttpRequest, task_id: int, direction: Literal["up", "down"]) -> list[Task]:
    """Moves the task one place; answers all tasks of the project in their order."""
    shift_task(task=_task(request, task_id), by=request.user, direction=direction)
    return list(_task(request, task_id).project.tasks.all())


def _fields(wish: TaskWish | TaskChange, task: Task | None) -> dict[str, Any]:
    """The form reads hours; a budget of whole minutes comes back as it was."""
    given = wish.model_dump(exclude_unset=True)
    if given.get("budget_minutes") is not None:
        given["budget_minutes"] = f"{Decimal(given['budget_minutes']) / 60:f}"
    return cleaned(TaskForm, given, task=task)


def _project(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(visible_to(request.user), pk=project_id)


def _task(request: HttpRequest, task_id: int) -> Task:
    tasks = Task.objects.select_related("project").filter(project__in=visible_to(request.user))
    return get_object_or_404(tasks, pk=task_id)
