"""Copying projects: a plan of tasks and team with days counted from a start, from a project or a template."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from clients.models import Client
from core import audit
from core.promises import promises
from people.models import StaffMember, User
from projects.access import require_manage
from projects.models import (
    Project,
    ProjectTemplate,
    Task,
    TaskAssignee,
    TeamMember,
    TemplateMember,
    TemplateTask,
)
from projects.opening import open_project
from projects.tree import in_tree

# What a task, a template's task and a copy have in common.
TASK_FIELDS = (
    "name", "is_billable", "requires_notes", "labor_code_id", "budget_minutes", "budget_fee_amount",
    "budget_expense_amount", "budget_cost_amount", "budget_stop", "progress_by",
)  # fmt: skip
PROJECT_FIELDS = (
    "is_billable", "requires_notes", "budget_minutes", "budget_fee_amount", "budget_expense_amount",
)  # fmt: skip


@dataclass(frozen=True)
class TaskPlan:
    """One task; `parent` is the number of an earlier one in the plan. Days are counted from the project's start."""

    values: dict[str, Any]
    parent: int | None
    start_day: int | None
    due_day: int | None
    assignees: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a copy begins with. `team` by id of the person: whether they lead beside the main lead."""

    values: dict[str, Any]
    labels: dict[str, Any]
    length_days: int | None
    tasks: list[TaskPlan]
    team: dict[int, bool] = field(default_factory=dict)


def clone_project(
    *,
    project: Project,
    client: Client,
    name: str,
    by: User | None,
    code: str = "",
    lead: StaffMember | None = None,
    starts_on: date | None = None,
    with_team: bool = True,
) -> Project:
    """Opens a copy: settings, tasks in their tree with current budgets and days, assignees, team.

    Days are shifted by as many as the start is; without a start the copy's tasks have none. Time, expenses, progress,
    change orders, contract lines and rates stay with the original; closed tasks are left out with their parts. People
    who left are not taken along. Raises what `open_project` does.
    """
    with promises(), transaction.atomic():
        require_manage(by)
        audit.acting("project.clone", by=by, subject=project)
        plan = plan_of_project(project)
        return _lay_out(plan, client, name, by, code, lead, starts_on, with_team=with_team)


def open_from_template(
    *,
    template: ProjectTemplate,
    client: Client,
    name: str,
    by: User | None,
    code: str = "",
    lead: StaffMember | None = None,
    starts_on: date | None = None,
    with_team: bool = True,
) -> Project:
    """Opens a project with what the template holds, its days counted from the start. See `clone_project`."""
    with promises(), transaction.atomic():
        require_manage(by)
        audit.acting("project.open_from_template", by=by, subject=template)
        plan = plan_of_template(template)
        return _lay_out(plan, client, name, by, code, lead, starts_on, with_team=with_team)


def plan_of_project(project: Project) -> Plan:
    """Its open tasks with current budgets. Days count from its start, else from the earliest day of a task."""
    tasks = in_tree(list(project.tasks.all()))
    days = [day for task in tasks for day in (task.starts_on, task.due_on) if day is not None]
    anchor = project.starts_on or min(days, default=None)
    assigned: dict[int, list[int]] = {}
    for task_id, staff_id in TaskAssignee.objects.filter(task__project=project).values_list("task", "staff"):
        assigned.setdefault(task_id, []).append(staff_id)
    places: dict[int | None, int | None] = {None: None}
    plans: list[TaskPlan] = []
    for task in tasks:
        if task.state != Task.State.OPEN or task.parent_id not in places:
            continue
        places[task.pk] = len(plans)
        values = {name: getattr(task, name) for name in TASK_FIELDS}
        start, due = _day(anchor, task.starts_on), _day(anchor, task.due_on)
        own = tuple(assigned.get(task.pk, ()))
        plans.append(TaskPlan(values, places[task.parent_id], start, due, own))
    return Plan(
        {name: getattr(project, name) for name in PROJECT_FIELDS},
        {"type": project.type, "category": project.category},
        _day(project.starts_on, project.ends_on),
        plans,
        dict(project.team.values_list("staff", "is_lead")),
    )


def plan_of_template(template: ProjectTemplate) -> Plan:
    """What a template holds."""
    tasks = list(template.tasks.order_by("position"))
    places = {task.pk: number for number, task in enumerate(tasks)}
    plans = [
        TaskPlan(
            {name: getattr(task, name) for name in TASK_FIELDS},
            places[task.parent_id] if task.parent_id else None,
            task.start_day,
            task.due_day,
        )
        for task in tasks
    ]
    return Plan(
        {name: getattr(template, name) for name in PROJECT_FIELDS},
        {"type": template.type, "category": template.category},
        template.length_days,
        plans,
        dict(template.team.values_list("staff", "is_lead")),
    )


def keep_plan(template: ProjectTemplate, plan: Plan) -> None:
    """Writes the plan as the content of a template, in place of what it held. One statement for each level."""
    template.tasks.all().delete()
    template.team.all().delete()
    for name, value in (plan.values | plan.labels | {"length_days": plan.length_days}).items():
        setattr(template, name, value)
    template.save()
    made: dict[int, TemplateTask] = {}
    for level in _levels(plan.tasks):
        rows = {
            number: TemplateTask(
                template=template,
                parent=made[task.parent] if task.parent is not None else None,
                position=number + 1,
                start_day=task.start_day,
                due_day=task.due_day,
                **task.values,
            )
            for number, task in level
        }
        TemplateTask.objects.bulk_create(rows.values())
        made |= rows
    TemplateMember.objects.bulk_create(
        TemplateMember(template=template, staff_id=pk, is_lead=is_lead) for pk, is_lead in plan.team.items()
    )


def _lay_out(
    plan: Plan,
    client: Client,
    name: str,
    by: User | None,
    code: str,
    lead: StaffMember | None,
    starts_on: date | None,
    *,
    with_team: bool,
) -> Project:
    working = set(StaffMember.objects.working().values_list("pk", flat=True))
    team = {pk: leads for pk, leads in plan.team.items() if with_team and pk in working}
    project = open_project(
        client=client,
        name=name,
        by=by,
        code=code,
        lead=lead,
        starts_on=starts_on,
        ends_on=_on(starts_on, plan.length_days),
        **plan.values,
        **plan.labels,
    )
    members = [TeamMember(project=project, staff_id=pk, is_lead=leads) for pk, leads in team.items()]
    TeamMember.objects.bulk_create(members, ignore_conflicts=True)
    line = project.contract_lines.earliest("position")
    made: dict[int, Task] = {}
    for level in _levels(plan.tasks):
        rows = {
            number: Task(
                project=project,
                contract_line=line,
                parent=made[task.parent] if task.parent is not None else None,
                position=number + 1,
                starts_on=_on(starts_on, task.start_day),
                due_on=_on(starts_on, task.due_day),
                **task.values,
            )
            for number, task in level
        }
        Task.objects.bulk_create(rows.values())
        made |= rows
    TaskAssignee.objects.bulk_create(
        TaskAssignee(task=made[number], staff_id=pk)
        for number, task in enumerate(plan.tasks)
        for pk in task.assignees
        if pk in team
    )
    return project


def _levels(tasks: Sequence[TaskPlan]) -> list[list[tuple[int, TaskPlan]]]:
    """The tasks with their numbers, parents before parts, one list for each level of the tree."""
    depths: list[int] = []
    levels: list[list[tuple[int, TaskPlan]]] = []
    for number, task in enumerate(tasks):
        depth = depths[task.parent] + 1 if task.parent is not None else 0
        depths.append(depth)
        if depth == len(levels):
            levels.append([])
        levels[depth].append((number, task))
    return levels


def _day(anchor: date | None, on: date | None) -> int | None:
    return (on - anchor).days if anchor is not None and on is not None else None


def _on(start: date | None, day: int | None) -> date | None:
    return start + timedelta(days=day) if start is not None and day is not None else None
