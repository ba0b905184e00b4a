"""Tasks of a project."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from core.api import Amount, ChangedPart, Id, Listing, Part, Routes, Row, Wish, WishedAmount, cleaned, page
from core.clock import today
from people.guards import staff_only
from projects.access import require_manage, sees_costs, visible_to
from projects.api.minutes import BudgetMinutes, in_hours
from projects.models import Project, Task, TaskProgress
from projects.task_forms import ProgressForm, TaskForm
from projects.tasking import add_task, close_task, edit_task, record_progress, reopen_task, shift_task

routes = Routes("projects")


class TaskRow(Row):
    id: int
    project_id: int
    contract_line_id: int
    name: str
    state: str
    is_billable: bool
    labor_code_id: int | None
    parent_id: int | None
    path: str
    depth: int
    budget_minutes: int | None
    budget_fee_amount: Amount | None
    budget_expense_amount: Amount | None
    budget_cost_amount: Amount | None = Field(
        description="In the currency of the firm's company; null for those who may not see costs."
    )
    budget_stop: str
    progress_by: str
    starts_on: date | None
    due_on: date | None
    assignee_ids: list[int]
    requires_notes: bool
    position: int
    updated_at: datetime

    @staticmethod
    def resolve_budget_cost_amount(task: Task, context: dict[str, Any]) -> Decimal | None:
        return task.budget_cost_amount if sees_costs(context["request"].user) else None

    @staticmethod
    def resolve_assignee_ids(task: Task) -> list[int]:
        return sorted(each.staff_id for each in task.assigned.all())


class TaskFields(Wish):
    """A task is a part of `parent_id`. Its budgets are for work on itself; amounts are in the client's currency,
    what it may cost in that of the firm's company."""

    is_billable: bool = True
    labor_code_id: Id | None = None
    parent_id: Id | None = None
    budget_minutes: BudgetMinutes | None = None
    budget_fee_amount: WishedAmount | None = None
    budget_expense_amount: WishedAmount | None = None
    budget_cost_amount: WishedAmount | None = None
    budget_stop: Literal["NONE", "WARN", "COMMENT", "BLOCK"] = "NONE"
    progress_by: Literal["HAND", "HOURS", "COST"] = "HAND"
    starts_on: date | None = None
    due_on: date | None = None
    assignee_ids: list[Id] = Field(default_factory=list)
    requires_notes: bool = False


class TaskWish(TaskFields):
    name: str


class TaskChange(TaskFields):
    name: str = ""


class ProgressRow(Row):
    id: int
    task_id: int
    percent: Amount
    on: date
    note: str
    by_name: str
    created_at: datetime


class ProgressWish(Wish):
    percent: WishedAmount
    note: str = ""


@routes.read("/projects/{int:project_id}/tasks", Listing[TaskRow])
@staff_only
def list_tasks_of_project(
    request: HttpRequest,
    project_id: int,
    part: Query[ChangedPart],
    state: Literal["OPEN", "CLOSED"] | None = None,
) -> dict[str, Any]:
    """The tasks of one project."""
    found = Task.objects.filter(project=_project(request, project_id)).prefetch_related("assigned")
    return page(found if state is None else found.filter(state=state), part)


@routes.write("/projects/{int:project_id}/tasks", TaskRow, status=201)
@staff_only
def create_task(request: HttpRequest, project_id: int, wish: TaskWish) -> Task:
    """Adds a task at the end, on the project's first contract line."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    return add_task(project=project, by=request.user, **_fields(request, wish, project, None))


@routes.read("/tasks", Listing[TaskRow])
@staff_only
def list_tasks(
    request: HttpRequest, part: Query[ChangedPart], state: Literal["OPEN", "CLOSED"] | None = None
) -> dict[str, Any]:
    """The tasks of all projects that the person may see."""
    found = Task.objects.filter(project__in=visible_to(request.user)).prefetch_related("assigned")
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
    edit_task(task=task, by=request.user, **_fields(request, wish, task.project, task))
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


@routes.read("/tasks/{int:task_id}/progress", Listing[ProgressRow])
@staff_only
def list_task_progress(request: HttpRequest, task_id: int, part: Query[Part]) -> dict[str, Any]:
    """What was said of how far the task is."""
    return page(TaskProgress.objects.filter(task=_task(request, task_id)), part)


@routes.write("/tasks/{int:task_id}/progress", ProgressRow, status=201)
@staff_only
def say_task_progress(request: HttpRequest, task_id: int, wish: ProgressWish) -> TaskProgress:
    """Says how far the task is today, 0 to 100 percent. What was said before is kept; the latest counts."""
    task = _task(request, task_id)
    given = cleaned(ProgressForm, wish)
    return record_progress(task=task, by=request.user, on=today(request.user), **given)


@routes.write("/tasks/{int:task_id}/{direction}", list[TaskRow])
@staff_only
def move_task(request: HttpRequest, task_id: int, direction: Literal["up", "down"]) -> list[Task]:
    """Moves the task one place; answers all tasks of the project in their order."""
    shift_task(task=_task(request, task_id), by=request.user, direction=direction)
    return list(_task(request, task_id).project.tasks.prefetch_related("assigned"))


def _fields(
    request: HttpRequest, wish: TaskWish | TaskChange, project: Project, task: Task | None
) -> dict[str, Any]:
    return cleaned(
        TaskForm,
        in_hours(wish),
        names={"assignee_ids": "assignees"},
        project=project,
        task=task,
        sees_costs=sees_costs(request.user),
    )


def _project(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)


def _task(request: HttpRequest, task_id: int) -> Task:
    tasks = Task.objects.select_related("project__client").filter(project__in=visible_to(request.user))
    return get_object_or_404(tasks, pk=task_id)
