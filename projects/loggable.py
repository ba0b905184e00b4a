"""On which tasks a person may log time, and why not on others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from core.compiled import Compiled
from core.errors import Refusal
from people.models import StaffMember, User
from projects.access import visible_to
from projects.models import Project, Task, TeamMember


class NotOnTheTeam(Refusal):
    sentence = "{name} is not on the team of {project}. Its lead can add people to it."


class ProjectIsClosed(Refusal):
    sentence = "{project} is closed. Time can be logged again when it is reopened."


class TaskIsClosed(Refusal):
    sentence = "The task {task} is closed. Time can be logged again when it is reopened."


@dataclass(frozen=True)
class TaskChoice:
    """One task as the row picker shows it. `why` is empty when the person may log to it."""

    task_id: int
    task: str
    project_id: int
    project: str
    project_code: str
    client: str
    labor_code_id: int | None
    labor_code: str
    is_billable: bool
    is_recent: bool
    why: str = ""


def tasks_for(
    staff: StaffMember,
    on: date,
    query: str = "",
    *,
    limit: int = 30,
    recents: Sequence[int] = (),
    by: User | None = None,
) -> list[TaskChoice]:
    """Tasks for the row picker, one statement: recent ones in the given order, then by client, project, task.

    Each word of `query` must occur in the client's, project's or task's name or in the client's or project's code.
    Without a query only tasks that the person may log to come; with one also those that match but are closed or of
    another team, last and with the reason, as far as `by` (else the person) may see their project.
    """
    seen_by = by or staff.user
    tasks = _with_standing(staff, on, recents)
    if query.strip():
        allowed = Q(is_mine=True) | Q(project__in=visible_to(seen_by)) if seen_by else Q(is_mine=True)
        tasks = tasks.filter(allowed, *(_mentions(word) for word in query.split()))
    else:
        tasks = tasks.filter(may_log=True)
    found = tasks.order_by(
        "-may_log", "recency", "-is_under_way", "project__client__name", "project__name", "position"
    )
    return [_choice(task, staff, recents) for task in found[:limit]]


def why_not(staff: StaffMember, task_ids: Collection[int]) -> dict[int, Refusal | None]:
    """For each task that exists: why the person may not log to it, or None if they may. One statement."""
    return {pk: refusal for pk, (_, refusal) in standing(staff, task_ids).items()}


def standing(staff: StaffMember, task_ids: Collection[int]) -> dict[int, tuple[Task, Refusal | None]]:
    """Each task that exists, its project, client and labor code loaded, with what `why_not` says. One statement."""
    # A number that no id can be comes from a damaged page: no such task.
    ids = [pk for pk in task_ids if pk <= BigIntegerField.MAX_BIGINT]
    if len(ids) == 1:
        tasks = STANDING_OF_ONE(staff_id=staff.pk, task_id=ids[0])
    else:
        tasks = STANDING(staff_id=staff.pk, task_ids=ids) if ids else []
    return {task.pk: (task, _refusal(task, staff)) for task in tasks}


def can_log(staff: StaffMember, task: Task, on: date) -> None:
    """Raises ProjectIsClosed, TaskIsClosed or NotOnTheTeam unless the person may log time to the task on that day.

    What is stored now counts, not what was loaded before.
    """
    refusal = why_not(staff, [task.pk]).get(task.pk)
    if refusal is not None:
        raise refusal


def _with_place(staff_id: int) -> QuerySet[Any]:
    """Tasks with project, client and labor code, and whether the person belongs to their project."""
    on_team = Exists(TeamMember.objects.filter(project=OuterRef("project"), staff=staff_id))
    leads = Q(project__lead=staff_id) | Q(project__is_open_to_all=True)
    tasks: QuerySet[Any] = Task.objects.select_related("project__client", "labor_code")
    return tasks.annotate(is_mine=_either(leads, on_team))


STANDING: Compiled[Any] = Compiled(
    lambda staff_id, task_ids: _with_place(staff_id).filter(pk__any=task_ids).order_by(),
    staff_id=int,
    task_ids=list,
)


# One task, as for a saved cell, has a statement of its own: its plan is kept.
STANDING_OF_ONE: Compiled[Any] = Compiled(
    lambda staff_id, task_id: _with_place(staff_id).filter(pk=task_id).order_by(), staff_id=int, task_id=int
)


def _with_standing(staff: StaffMember, on: date, recents: Sequence[int]) -> QuerySet[Any]:
    are_open = Q(state=Task.State.OPEN, project__state=Project.State.OPEN)
    order = [When(pk=pk, then=Value(place)) for place, pk in enumerate(recents)]
    under_way = (Q(project__starts_on=None) | Q(project__starts_on__lte=on)) & (
        Q(project__ends_on=None) | Q(project__ends_on__gte=on)
    )
    return _with_place(staff.pk).annotate(
        may_log=Case(When(are_open & Q(is_mine=True), then=True), default=False, output_field=BooleanField()),
        recency=Case(*order, default=Value(len(recents)), output_field=IntegerField()),
        is_under_way=Case(When(under_way, then=True), default=False, output_field=BooleanField()),
    )


def _either(condition: Q, exists: Exists) -> Case:
    return Case(
        When(condition, then=True), When(exists, then=True), default=False, output_field=BooleanField()
    )


def _mentions(word: str) -> Q:
    places = (
        "name", "parent_path", "project__name", "project__code", "project__client__name", "project__client__code",
    )  # fmt: skip
    condition = Q()
    for place in places:
        condition |= Q(**{f"{place}__icontains": word})
    return condition


def _refusal(task: Any, staff: StaffMember) -> Refusal | None:
    project = task.project
    if project.state == Project.State.CLOSED:
        return ProjectIsClosed(project=project.name, field="task")
    if task.state == Task.State.CLOSED:
        return TaskIsClosed(task=task.name, field="task")
    if not task.is_mine:
        return NotOnTheTeam(name=staff.name, project=project.name, field="task")
    return None


WORDS = {ProjectIsClosed: "Project closed", TaskIsClosed: "Task closed", NotOnTheTeam: "Not on the team"}


def _choice(task: Any, staff: StaffMember, recents: Sequence[int]) -> TaskChoice:
    refusal = _refusal(task, staff)
    return TaskChoice(
        task_id=task.pk,
        task=task.path,
        project_id=task.project_id,
        project=task.project.name,
        project_code=task.project.code,
        client=task.project.client.name,
        labor_code_id=task.labor_code_id,
        labor_code=task.labor_code.name if task.labor_code else "",
        is_billable=task.is_billable and task.project.is_billable,
        is_recent=task.pk in recents,
        why=WORDS[type(refusal)] if refusal else "",
    )
