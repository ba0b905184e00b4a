"""Change orders: what was agreed about a budget after it was set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from core import audit, files
from core.actors import actor_name
from core.errors import Refusal
from core.money import ZERO
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.budgets import FIELDS
from projects.models import ChangeOrder, ChangeOrderLine, Project, Task

FILE_KIND = "projects.change_order"


class NothingChanges(Refusal):
    sentence = "Change hours, fees or expenses of the project or of a task."


class BelowZero(Refusal):
    sentence = "That would take {name} below zero."


class AlreadyWithdrawn(Refusal):
    sentence = "This change order was withdrawn already."


class TaskIsElsewhere(Refusal):
    sentence = "{name} is a task of another project."


@dataclass(frozen=True)
class Delta:
    """By how much the cap of the project (no task) or the budget of a task changes; minus takes away."""

    task: Task | None = None
    minutes: int = 0
    fee_amount: Decimal = ZERO
    expense_amount: Decimal = ZERO

    @property
    def is_empty(self) -> bool:
        return not (self.minutes or self.fee_amount or self.expense_amount)


def record_change_order(
    *,
    project: Project,
    agreed_on: date,
    reason: str,
    changes: Sequence[Delta],
    by: User | None,
    paper: tuple[str, bytes] | None = None,
) -> ChangeOrder:
    """Moves the budgets by what was agreed, and keeps why, since when, and the paper (name, content) that says so.

    What had no budget has one from then on. Raises NothingChanges, BelowZero, TaskIsElsewhere, and core.files'
    NotWhatItSays and TooLarge (field file).
    """
    changes = [change for change in changes if not change.is_empty]
    if not changes:
        raise NothingChanges
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        require_manage(by, project)
        tasks = _lock_tasks(project, changes)
        last = project.change_orders.aggregate(last=Max("number"))["last"] or 0
        audit.acting("project.change_order", by=by, subject=project, why=reason, number=last + 1)
        order = ChangeOrder.objects.create(
            project=project,
            number=last + 1,
            agreed_on=agreed_on,
            reason=" ".join(reason.split()),
            file=files.store(*paper, FILE_KIND) if paper else None,
            by_name=actor_name(by),
        )
        lines = [
            ChangeOrderLine(
                order=order,
                task=change.task,
                minutes=change.minutes,
                fee_amount=change.fee_amount,
                expense_amount=change.expense_amount,
            )
            for change in changes
        ]
        ChangeOrderLine.objects.bulk_create(lines)
        _apply(project, tasks, lines, sign=1)
        return order


def withdraw_change_order(*, order: ChangeOrder, by: User | None, at: datetime) -> ChangeOrder:
    """Takes an order back: the budgets are what they would be without it. It stays in the list.

    Raises AlreadyWithdrawn, and BelowZero when later orders have used up what it gave.
    """
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update().get(pk=order.project_id)
        require_manage(by, project)
        order = ChangeOrder.objects.select_for_update().get(pk=order.pk)
        if order.withdrawn_at is not None:
            raise AlreadyWithdrawn
        audit.acting("project.withdraw_change_order", by=by, subject=project, number=order.number)
        lines = list(order.lines.select_related("task"))
        tasks = {task.pk: task for task in Task.objects.select_for_update().filter(project=project)}
        _apply(project, tasks, lines, sign=-1)
        order.withdrawn_at, order.withdrawn_by_name = at, actor_name(by)
        order.save(update_fields=["withdrawn_at", "withdrawn_by_name"])
        return order


def attach_paper(*, order: ChangeOrder, name: str, content: bytes, by: User | None) -> ChangeOrder:
    """Keeps the paper of an order, in place of the one before. Raises core.files' NotWhatItSays and TooLarge."""
    with promises(), transaction.atomic():
        order = ChangeOrder.objects.select_for_update(of=("self",)).select_related("project").get(pk=order.pk)
        require_manage(by, order.project)
        audit.acting("project.change_order_paper", by=by, subject=order.project, number=order.number)
        order.file = files.store(name, content, FILE_KIND)
        order.save(update_fields=["file"])
        return order


def _lock_tasks(project: Project, changes: Sequence[Delta]) -> dict[int, Task]:
    for change in changes:
        if change.task is not None and change.task.project_id != project.pk:
            raise TaskIsElsewhere(name=change.task.name, field="task")
    wanted = [change.task.pk for change in changes if change.task is not None]
    found = Task.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    return {task.pk: task for task in found}


def _apply(project: Project, tasks: dict[int, Task], lines: Sequence[ChangeOrderLine], *, sign: int) -> None:
    """Moves the budgets. A budget that only orders gave is none again when they are taken back."""
    for line in lines:
        limited: Project | Task = project if line.task_id is None else tasks[line.task_id]
        changed = []
        for field, delta in FIELDS.values():
            moved = sign * getattr(line, delta)
            if not moved:
                continue
            budget = (getattr(limited, field) or 0) + moved
            if budget < 0:
                raise BelowZero(name=limited.name)
            setattr(limited, field, None if sign < 0 and not budget else budget)
            changed.append(field)
        limited.save(update_fields=changed)
