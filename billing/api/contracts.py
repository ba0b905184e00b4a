"""Contracts of projects: lines with their terms, what is billed of them and due, tasks' terms, milestones."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from billing.access import VIEW_BILLING
from billing.contract_page import LineRow, MilestoneRow, TaskRow, contract_of
from billing.progressing import Release, record_progress, release_fee
from core import clock
from core.api import Amount, Day, Id, Routes, Wish, chosen, words_of
from people.guards import guarded
from projects.access import visible_to
from projects.achieving import (
    achieve_milestone,
    change_milestone,
    plan_milestone,
    remove_milestone,
    take_back_achievement,
)
from projects.contracting import add_line, agree_on_task, change_line, move_tasks, raise_cap, switch_method
from projects.models import ContractLine, Milestone, Project, Task

routes = Routes("billing")

# As many digits as the columns hold.
Money = Annotated[Decimal, Field(ge=0, lt=10**11, max_digits=15, decimal_places=4)]
Percent = Annotated[Decimal, Field(ge=0, le=999, max_digits=7, decimal_places=4)]
Minutes = Annotated[int, Field(ge=0, le=60_000_000)]
Method = Annotated[ContractLine.Method, words_of(ContractLine.Method)]
HowMuch = Annotated[Release, words_of(Release)]
Scope = Annotated[ContractLine.CapScope, words_of(ContractLine.CapScope)]
Excess = Annotated[ContractLine.Excess, words_of(ContractLine.Excess)]
Trigger = Annotated[Milestone.Trigger, words_of(Milestone.Trigger)]


class MilestoneAnswer(Schema):
    """A part of the fee. `stage` is planned, achieved, on draft, invoiced or paid."""

    id: int
    name: str
    stage: str
    trigger: str
    percent: Amount | None
    amount: Amount | None = Field(description="What it comes to, or came to on its invoice.")
    planned_on: date | None
    achieved_on: date | None
    evidence: str
    invoice_id: int | None


class TaskAnswer(Schema):
    """A task of the line; its fee and what of it may be billed by now, or its cap."""

    task_id: int
    name: str
    fee_amount: Amount | None
    released_amount: Amount | None
    cap_amount: Amount | None
    cap_minutes: int | None
    billed_amount: Amount


class ContractLineAnswer(Schema):
    """A contract line. Amounts of plain time and materials are not summed: nothing limits them."""

    id: int
    project_id: int
    name: str
    method: str
    currency: str
    starts_on: date | None
    closed_on: date | None
    fee_amount: Amount | None
    percent_complete: Amount | None
    percent_on: date | None
    cap_scope: str
    cap_amount: Amount | None
    cap_minutes: int | None
    excess: str
    billed_amount: Amount
    left_amount: Amount | None
    due_amount: Amount
    notes: list[str] = Field(description="What a draft would leave now, and why.")
    tasks: list[TaskAnswer]
    milestones: list[MilestoneAnswer]


class ContractAnswer(Schema):
    project_id: int
    items: list[ContractLineAnswer]


class ContractLineWish(Wish):
    """The terms of the method; those that it does not know are dropped."""

    name: str = Field(max_length=120)
    method: Method
    fee_amount: Money | None = None
    cap_scope: Scope = ContractLine.CapScope.NONE
    cap_amount: Money | None = None
    cap_minutes: Minutes | None = None
    excess: Excess = ContractLine.Excess.HOLD


class SwitchWish(ContractLineWish):
    starts_on: Day


class RaiseWish(Wish):
    amount: Money
    reason: str = Field(max_length=300)


class MoveTasksWish(Wish):
    task_ids: list[Id] = Field(min_length=1, max_length=500)


class LineProgressWish(Wish):
    percent: Percent
    on: Day


class TaskTermsWish(Wish):
    fee_amount: Money | None = None
    cap_amount: Money | None = None
    cap_minutes: Minutes | None = None


class ReleaseWish(Wish):
    how: HowMuch
    value: Money | None = Field(None, description="The percentage or the amount; nothing for all of it.")
    on: Day


class MilestoneWish(Wish):
    """Either an amount or a percentage of the line's fee."""

    name: str = Field(max_length=120)
    amount: Money | None = None
    percent: Percent | None = None
    trigger: Trigger = Milestone.Trigger.ACHIEVEMENT
    planned_on: Day | None = None


class AchieveWish(Wish):
    on: Day
    evidence: str = Field(max_length=300)


@routes.read("/projects/{int:project_id}/contract", ContractAnswer)
@guarded(VIEW_BILLING)
def show_contract(request: HttpRequest, project_id: int) -> ContractAnswer:
    """The contract lines of a project with their terms, what is billed, left and due."""
    return _contract(request, get_object_or_404(visible_to(request.user), pk=project_id))


@routes.write("/projects/{int:project_id}/contract/lines", ContractAnswer, status=201)
@guarded(VIEW_BILLING)
def add_contract_line(request: HttpRequest, project_id: int, wish: ContractLineWish) -> ContractAnswer:
    """Adds a contract line at the end."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    add_line(project=project, by=request.user, **wish.model_dump())
    return _contract(request, project)


@routes.write("/contract-lines/{int:contract_line_id}", ContractAnswer, method="PUT")
@guarded(VIEW_BILLING)
def change_contract_line(
    request: HttpRequest, contract_line_id: int, wish: ContractLineWish
) -> ContractAnswer:
    """Sets name and terms; the method only while nothing is billed on the line."""
    line = change_line(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return _contract(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/switch", ContractAnswer)
@guarded(VIEW_BILLING)
def switch_contract_line(request: HttpRequest, contract_line_id: int, wish: SwitchWish) -> ContractAnswer:
    """Closes the line the day before and opens another one, to which its tasks move. Earlier work stays."""
    new = switch_method(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return _contract(request, new.project)


@routes.write("/contract-lines/{int:contract_line_id}/raise", ContractAnswer)
@guarded(VIEW_BILLING)
def raise_contract_cap(request: HttpRequest, contract_line_id: int, wish: RaiseWish) -> ContractAnswer:
    """A change order: the line's cap in money grows."""
    line = raise_cap(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return _contract(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/tasks", ContractAnswer)
@guarded(VIEW_BILLING)
def move_tasks_to_line(request: HttpRequest, contract_line_id: int, wish: MoveTasksWish) -> ContractAnswer:
    """Moves tasks here from other lines of the project, with their work that is not billed."""
    line = _line(request, contract_line_id)
    tasks = chosen(Task.objects.filter(project=line.project_id), wish.task_ids, "task_ids")
    move_tasks(line=line, by=request.user, tasks=tasks)
    return _contract(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/progress", ContractAnswer)
@guarded(VIEW_BILLING)
def record_line_progress(
    request: HttpRequest, contract_line_id: int, wish: LineProgressWish
) -> ContractAnswer:
    """Says how many percent complete a line is; never less than what is billed."""
    line = record_progress(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return _contract(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/tasks/{int:task_id}", ContractAnswer, method="PUT")
@guarded(VIEW_BILLING)
def set_task_terms(
    request: HttpRequest, contract_line_id: int, task_id: int, wish: TaskTermsWish
) -> ContractAnswer:
    """Sets the fee of a task, or its cap."""
    line = _line(request, contract_line_id)
    task = get_object_or_404(Task, pk=task_id, project=line.project_id)
    agree_on_task(line=line, task=task, by=request.user, **wish.model_dump())
    return _contract(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/tasks/{int:task_id}/release", ContractAnswer)
@guarded(VIEW_BILLING)
def release_task_fee(
    request: HttpRequest, contract_line_id: int, task_id: int, wish: ReleaseWish
) -> ContractAnswer:
    """Releases all of a task's fee, a further percentage or amount, or percent complete to date, to be billed."""
    line = _line(request, contract_line_id)
    task = get_object_or_404(Task, pk=task_id, project=line.project_id)
    release_fee(line=line, task=task, by=request.user, **wish.model_dump())
    return _contract(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/milestones", ContractAnswer, status=201)
@guarded(VIEW_BILLING)
def add_milestone(request: HttpRequest, contract_line_id: int, wish: MilestoneWish) -> ContractAnswer:
    """Plans a part of the fee."""
    line = _line(request, contract_line_id)
    plan_milestone(line=line, by=request.user, **wish.model_dump())
    return _contract(request, line.project)


@routes.write("/milestones/{int:milestone_id}", ContractAnswer, method="PUT")
@guarded(VIEW_BILLING)
def change_planned_milestone(request: HttpRequest, milestone_id: int, wish: MilestoneWish) -> ContractAnswer:
    """Changes the plan; what a draft or an invoice has of it stays."""
    found = _milestone(request, milestone_id)
    change_milestone(milestone=found, by=request.user, **wish.model_dump())
    return _contract(request, found.contract_line.project)


@routes.write("/milestones/{int:milestone_id}", method="DELETE")
@guarded(VIEW_BILLING)
def delete_milestone(request: HttpRequest, milestone_id: int) -> None:
    """Takes it out of the plan; what was ever billed stays."""
    remove_milestone(milestone=_milestone(request, milestone_id), by=request.user)


@routes.write("/milestones/{int:milestone_id}/achieve", ContractAnswer)
@guarded(VIEW_BILLING)
def achieve_planned_milestone(request: HttpRequest, milestone_id: int, wish: AchieveWish) -> ContractAnswer:
    """It is achieved, and the next draft bills it; the evidence says who accepted it."""
    found = _milestone(request, milestone_id)
    achieve_milestone(milestone=found, by=request.user, **wish.model_dump())
    return _contract(request, found.contract_line.project)


@routes.write("/milestones/{int:milestone_id}/take-back", ContractAnswer)
@guarded(VIEW_BILLING)
def take_back_milestone(request: HttpRequest, milestone_id: int) -> ContractAnswer:
    """The way back of achieving; refused once a draft or an invoice has it."""
    found = _milestone(request, milestone_id)
    take_back_achievement(milestone=found, by=request.user)
    return _contract(request, found.contract_line.project)


def _line(request: HttpRequest, line_id: int) -> ContractLine:
    lines = ContractLine.objects.select_related("project__client").filter(
        project__in=visible_to(request.user)
    )
    return get_object_or_404(lines, pk=line_id)


def _milestone(request: HttpRequest, milestone_id: int) -> Milestone:
    rows = Milestone.objects.select_related("contract_line__project__client")
    mine = rows.filter(contract_line__project__in=visible_to(request.user))
    return get_object_or_404(mine, pk=milestone_id)


def _contract(request: HttpRequest, project: Project) -> ContractAnswer:
    rows = contract_of(project, clock.today(request.user))
    return ContractAnswer(project_id=project.pk, items=[_row(row, project) for row in rows])


# Terms that the answer has as they stand on the line.
STORED = (
    "id", "project_id", "name", "method", "starts_on", "closed_on", "fee_amount", "percent_complete", "percent_on",
    "cap_scope", "cap_amount", "cap_minutes", "excess",
)  # fmt: skip


def _row(row: LineRow, project: Project) -> ContractLineAnswer:
    facts: dict[str, Any] = {name: getattr(row.line, name) for name in STORED}
    return ContractLineAnswer(
        **facts,
        currency=project.currency,
        billed_amount=row.billed_amount,
        left_amount=row.left_amount,
        due_amount=row.due.amount,
        notes=row.due.words,
        tasks=[_task(each) for each in row.tasks],
        milestones=[_part(each) for each in row.milestones],
    )


def _task(row: TaskRow) -> TaskAnswer:
    terms = row.terms
    return TaskAnswer(
        task_id=row.task.pk,
        name=row.task.name,
        fee_amount=terms.fee_amount if terms else None,
        released_amount=terms.released_amount if terms else None,
        cap_amount=terms.cap_amount if terms else None,
        cap_minutes=terms.cap_minutes if terms else None,
        billed_amount=row.billed_amount,
    )


def _part(row: MilestoneRow) -> MilestoneAnswer:
    names = ("id", "name", "trigger", "percent", "planned_on", "achieved_on", "evidence")
    facts: dict[str, Any] = {name: getattr(row.milestone, name) for name in names}
    return MilestoneAnswer(
        **facts, stage=row.words, amount=row.amount, invoice_id=row.invoice.pk if row.invoice else None
    )
