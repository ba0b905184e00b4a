"""Tasks of a project: adding, changing, moving in the tree, closing, judging how far they are."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, TypedDict, Unpack

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import StaffMember, User
from projects.access import require_manage
from projects.models import ContractLine, LaborCode, Project, Task, TaskAssignee, TaskProgress, TeamMember
from projects.opening import NameIsMissing
from projects.teaming import HasLeft
from projects.tree import in_tree, siblings_of


class LaborCodeIsInactive(Refusal):
    sentence = "The labor code {name} is no longer used. Choose another one."


class ParentIsElsewhere(Refusal):
    sentence = "{name} is a task of another project."


class TaskFields(TypedDict, total=False):
    """What is left out stays as it is. Budgets are current ones; None is none."""

    is_billable: bool
    labor_code: LaborCode | None
    parent: Task | None
    budget_minutes: int | None
    budget_fee_amount: Decimal | None
    budget_expense_amount: Decimal | None
    budget_cost_amount: Decimal | None
    budget_stop: str
    progress_by: str
    starts_on: date | None
    due_on: date | None
    requires_notes: bool


def add_task(
    *,
    project: Project,
    name: str,
    by: User | None,
    assignees: Collection[StaffMember] = (),
    **fields: Unpack[TaskFields],
) -> Task:
    """Adds a task at the end, or as the last part of its parent, on the project's first contract line.

    Who is assigned joins the team. Raises TaskExists, LaborCodeIsInactive, ParentIsElsewhere, HasLeft.
    """
    name = _clean(name)
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        _check(fields.get("labor_code"))
        _check_parent(project, fields.get("parent"))
        line = ContractLine.objects.filter(project=project, closed_on=None).earliest("position")
        last = project.tasks.count() + 1
        task = Task.objects.create(project=project, contract_line=line, name=name, position=last, **fields)
        audit.acting("task.add", by=by, subject=task, project=project.pk, name=name)
        if task.parent_id is not None:
            _put_in_order(project)
            # Its place and path were found by the database.
            task.refresh_from_db()
        _assign(task, assignees)
        return task


def edit_task(
    *,
    task: Task,
    by: User | None,
    name: str | None = None,
    assignees: Collection[StaffMember] | None = None,
    **fields: Unpack[TaskFields],
) -> Task:
    """Changes what is given. Time already recorded keeps its labor code, rate and whether it is billable.

    A budget that is changed here was wrong from the start; what was agreed later is a change order
    (`projects.changing`). With another parent the task goes behind that one's parts, its own parts with it. Raises
    TaskExists, TaskInItself, LaborCodeIsInactive, ParentIsElsewhere, HasLeft.
    """
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=task.project_id)
        task = _locked(task, by)
        labor_code = fields.get("labor_code")
        if labor_code is not None and labor_code.pk != task.labor_code_id:
            _check(labor_code)
        parent = fields.get("parent")
        _check_parent(project, parent)
        audit.acting("task.edit", by=by, subject=task)
        is_moved = "parent" in fields and task.parent_id != (parent.pk if parent else None)
        if name is not None:
            task.name = _clean(name)
        for field, value in fields.items():
            setattr(task, field, value)
        if is_moved:
            task.position = project.tasks.count() + 1
        task.save()
        if is_moved:
            _put_in_order(project)
        if assignees is not None:
            _assign(task, assignees)
        task.refresh_from_db()
        return task


def record_progress(
    *, task: Task, percent: Decimal, by: User | None, on: date, note: str = ""
) -> TaskProgress:
    """Keeps how far the task is on that day in somebody's judgement, 0 to 100 percent; the latest word counts."""
    with promises(), transaction.atomic():
        task = _locked(task, by)
        audit.acting("task.progress", by=by, subject=task, percent=percent, on=on)
        return TaskProgress.objects.create(
            task=task, percent=percent, on=on, note=note.strip(), by_name=by.name if by else ""
        )


def close_task(*, task: Task, by: User | None) -> Task:
    """No more time can be logged to it; its parts stay as they are. Raises IllegalMove when it is closed."""
    return _move(task, Task.State.CLOSED, "task.close", by)


def reopen_task(*, task: Task, by: User | None) -> Task:
    """The way back of `close_task`."""
    return _move(task, Task.State.OPEN, "task.reopen", by)


def shift_task(*, task: Task, by: User | None, direction: Literal["up", "down"]) -> list[Task]:
    """Moves the task, with its parts, one place among those of the same parent; at the end nothing happens.

    Returns all tasks of the project in their new order.
    """
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=task.project_id)
        require_manage(by, project)
        tasks = list(project.tasks.all())
        siblings = siblings_of(task, tasks)
        here = next(place for place, each in enumerate(siblings) if each.pk == task.pk)
        there = here - 1 if direction == "up" else here + 1
        if not 0 <= there < len(siblings):
            return tasks
        audit.acting("task.shift", by=by, subject=task, direction=direction)
        one, other = siblings[here], siblings[there]
        one.position, other.position = other.position, one.position
        return _save_order(in_tree(tasks))


def _put_in_order(project: Project) -> None:
    """Writes each task's place in the tree. Two statements."""
    _save_order(in_tree(list(project.tasks.all())))


def _save_order(tasks: Sequence[Task]) -> list[Task]:
    for position, each in enumerate(tasks, start=1):
        each.position = position
    Task.objects.bulk_update(tasks, ["position"])
    return list(tasks)


def _assign(task: Task, staff: Collection[StaffMember]) -> None:
    """Makes these the people who are to do the task, and members of the team."""
    wanted = {member.pk: member for member in staff}
    there = dict(task.assigned.values_list("staff", "pk"))
    gone = [member.name for pk, member in wanted.items() if pk not in there and not member.is_active]
    if gone:
        raise HasLeft(names=", ".join(gone), field="assignees")
    task.assigned.exclude(staff__in=wanted).delete()
    new = [pk for pk in wanted if pk not in there]
    TaskAssignee.objects.bulk_create(TaskAssignee(task=task, staff_id=pk) for pk in new)
    members = [TeamMember(project_id=task.project_id, staff_id=pk) for pk in new]
    TeamMember.objects.bulk_create(members, ignore_conflicts=True)


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


def _check_parent(project: Project, parent: Task | None) -> None:
    if parent is not None and parent.project_id != project.pk:
        raise ParentIsElsewhere(name=parent.name, field="parent")


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing("Give the task a name.", field="name")
    return name
