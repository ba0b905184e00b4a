"""Contracts of projects: lines with their terms, what is billed of them and due, tasks' terms."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from billing.access import VIEW_BILLING
from billing.api.contract_schemas import (
    ContractAnswer,
    ContractLineWish,
    ExpenseTermsWish,
    LineProgressWish,
    MoveTasksWish,
    RaiseWish,
    ReleaseWish,
    SwitchWish,
    TaskTermsWish,
    contract_answer,
)
from billing.progressing import record_progress, release_fee
from core.api import Routes, chosen
from people.guards import guarded
from projects.access import visible_to
from projects.agreeing import agree_on_expenses
from projects.contracting import add_line, agree_on_task, change_line, move_tasks, raise_cap, switch_method
from projects.models import ContractLine, Task

routes = Routes("billing")


@routes.read("/projects/{int:project_id}/contract", ContractAnswer)
@guarded(VIEW_BILLING)
def showcontract_answer(request: HttpRequest, project_id: int) -> ContractAnswer:
    """The contract lines of a project with their terms, what is billed, left and due."""
    return contract_answer(request, get_object_or_404(visible_to(request.user), pk=project_id))


@routes.write("/projects/{int:project_id}/contract/lines", ContractAnswer, status=201)
@guarded(VIEW_BILLING)
def add_contract_line(request: HttpRequest, project_id: int, wish: ContractLineWish) -> ContractAnswer:
    """Adds a contract line at the end."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    add_line(project=project, by=request.user, **wish.model_dump())
    return contract_answer(request, project)


@routes.write("/contract-lines/{int:contract_line_id}", ContractAnswer, method="PUT")
@guarded(VIEW_BILLING)
def change_contract_line(
    request: HttpRequest, contract_line_id: int, wish: ContractLineWish
) -> ContractAnswer:
    """Sets name and terms; the method only while nothing is billed on the line."""
    line = change_line(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return contract_answer(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/switch", ContractAnswer)
@guarded(VIEW_BILLING)
def switch_contract_line(request: HttpRequest, contract_line_id: int, wish: SwitchWish) -> ContractAnswer:
    """Closes the line the day before and opens another one, to which its tasks move. Earlier work stays."""
    new = switch_method(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return contract_answer(request, new.project)


@routes.write("/contract-lines/{int:contract_line_id}/raise", ContractAnswer)
@guarded(VIEW_BILLING)
def raise_contract_cap(request: HttpRequest, contract_line_id: int, wish: RaiseWish) -> ContractAnswer:
    """A change order: the line's cap in money grows."""
    line = raise_cap(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return contract_answer(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/tasks", ContractAnswer)
@guarded(VIEW_BILLING)
def move_tasks_to_line(request: HttpRequest, contract_line_id: int, wish: MoveTasksWish) -> ContractAnswer:
    """Moves tasks here from other lines of the project, with their work that is not billed."""
    line = _line(request, contract_line_id)
    tasks = chosen(Task.objects.filter(project=line.project_id), wish.task_ids, "task_ids")
    move_tasks(line=line, by=request.user, tasks=tasks)
    return contract_answer(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/expenses", ContractAnswer, method="PUT")
@guarded(VIEW_BILLING)
def set_expense_terms(request: HttpRequest, contract_line_id: int, wish: ExpenseTermsWish) -> ContractAnswer:
    """Sets how the line's expenses are billed from now on: at their price, within a cap, with the fees, or not."""
    line = agree_on_expenses(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return contract_answer(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/progress", ContractAnswer)
@guarded(VIEW_BILLING)
def record_line_progress(
    request: HttpRequest, contract_line_id: int, wish: LineProgressWish
) -> ContractAnswer:
    """Says how many percent complete a line is; never less than what is billed."""
    line = record_progress(line=_line(request, contract_line_id), by=request.user, **wish.model_dump())
    return contract_answer(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/tasks/{int:task_id}", ContractAnswer, method="PUT")
@guarded(VIEW_BILLING)
def set_task_terms(
    request: HttpRequest, contract_line_id: int, task_id: int, wish: TaskTermsWish
) -> ContractAnswer:
    """Sets the fee of a task, or its cap."""
    line = _line(request, contract_line_id)
    task = get_object_or_404(Task, pk=task_id, project=line.project_id)
    agree_on_task(line=line, task=task, by=request.user, **wish.model_dump())
    return contract_answer(request, line.project)


@routes.write("/contract-lines/{int:contract_line_id}/tasks/{int:task_id}/release", ContractAnswer)
@guarded(VIEW_BILLING)
def release_task_fee(
    request: HttpRequest, contract_line_id: int, task_id: int, wish: ReleaseWish
) -> ContractAnswer:
    """Releases all of a task's fee, a further percentage or amount, or percent complete to date, to be billed."""
    line = _line(request, contract_line_id)
    task = get_object_or_404(Task, pk=task_id, project=line.project_id)
    release_fee(line=line, task=task, by=request.user, **wish.model_dump())
    return contract_answer(request, line.project)


def _line(request: HttpRequest, line_id: int) -> ContractLine:
    lines = ContractLine.objects.select_related("project__client").filter(
        project__in=visible_to(request.user)
    )
    return get_object_or_404(lines, pk=line_id)
