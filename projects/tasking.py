"""Tasks of a project: adding, changing, closing, putting in order."""

from typing import Literal

from django.db import transaction
from django.db.models import Max

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.models import ContractLine, LaborCode, Project, Task
from projects.opening import NameIsMissing


class LaborCodeIsInactive(Refusal):
    sentence = "The labor code {name} is no longer used. Choose another one."


def add_task(
    *,
    project: Project,
    name: str,
    by: User | None,
    is_billable: bool = True,
    labor_code: LaborCode | None = None,
    budget_minutes: int | None = None,
    requires_notes: bool = False,
) -> Task:
    """Adds a task at the end, on the project's first contract line. Raises TaskExists, LaborCodeIsInactive."""
    name = _clean(name)
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        _check(labor_code)
        last = project.tasks.aggregate(last=Max("position"))["last"] or 0
        task = Task.objects.create(
            project=project,
            contract_line=ContractLine.objects.filter(project=project).earliest("position"),
            name=name,
            is_billable=is_billable,
            labor_code=labor_code,
            budget_minutes=budget_minutes,
            requires_notes=requires_notes,
            position=last + 1,
        )
        audit.acting("task.add", by=by, subject=task, project=project.pk, name=name)
        return task


def edit_task(
    *,
    task: Task,
    by: User | None,
    name: str,
    is_billable: bool,
    labor_code: LaborCode | None,
    budget_minutes: int | None,
    requires_notes: bool | None = None,
) -> Task:
    """Changes a task. Time already recorded keeps its labor code, rate and whether it is billable.

    `requires_notes` None leaves that as it is.
    """
    name = _clean(name)
    with promises(), transaction.atomic():
        task = _locked(task, by)
        if labor_code is not None and labor_code.pk != task.labor_code_id:
            _check(labor_code)
        audit.acting("task.edit", by=by, subject=task)
        task.name, task.is_billable = name, is_billable
        task.labor_code, task.budget_minutes = labor_code, budget_minutes
        if requires_notes is not None:
            task.requires_notes = requires_notes
        task.save()
        return task


def close_task(*, task: Task, by: User | None) -> Task:
    """No more time can be logged to it. Raises IllegalMove when it is closed."""
    return _move(task, Task.State.CLOSED, "task.close", by)


def reopen_task(*, task: Task, by: User | None) -> Task:
    """The way back of `close_task`."""
    return _move(task, Task.State.OPEN, "task.reopen", by)


def shift_task(*, task: Task, by: User | None, direction: Literal["up", "down"]) -> list[Task]:
    """Moves the task one place; at the end nothing happens. Returns all tasks in their new order."""
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=task.project_id)
        require_manage(by, project)
        tasks = list(project.tasks.all())
        here = next(place for place, each in enumerate(tasks) if each.pk == task.pk)
        there = here - 1 if direction == "up" else here + 1
        if 0 <= there < len(tasks):
            audit.acting("task.shift", by=by, subject=task, direction=direction)
            tasks[here], tasks[there] = tasks[there], tasks[here]
            for position, each in enumerate(tasks, start=1):
                each.position = position
            Task.objects.bulk_update(tasks, ["position"])
        return tasks


def _locked(task: Task, by: User | None) -> Task:
    task = Task.objects.select_for_update(of=("self",)).select_related("project").get(pk=task.pk)
    require_manage(by, task.project)
    return task


def _move(task: Task, state: Task.State, verb: str, by: User | None) -> Task:
    with promises(), transaction.atomic():
        task = _locked(task, by)
        audit.acting(verb, by=by, subject=task)
        Task.TRANSITIONS.move(task, state)
        task.save(update_fields=["state"])
        return task


def _check(labor_code: LaborCode | None) -> None:
    if labor_code is not None and not labor_code.is_active:
        raise LaborCodeIsInactive(name=labor_code.name, field="labor_code")


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing("Give the task a name.", field="name")
    return name
