"""Change orders of projects."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from core import clock
from core.api import Amount, Id, Listing, Part, Routes, Row, Wish, WishedAmount, chosen, page
from core.money import ZERO
from core.responses import file_response
from people.guards import staff_only
from projects.access import require_manage, visible_to
from projects.changing import Delta, attach_paper, record_change_order, withdraw_change_order
from projects.models import ChangeOrder, Project, Task

routes = Routes("projects")


class BudgetChangeRow(Row):
    """By how much the project's cap (`task_id` null) or a task's budget changed."""

    task_id: int | None
    minutes: int
    fee_amount: Amount
    expense_amount: Amount


class ChangeOrderRow(Row):
    id: int
    project_id: int
    number: int
    agreed_on: date
    reason: str
    has_file: bool
    by_name: str
    created_at: datetime
    withdrawn_at: datetime | None
    changes: list[BudgetChangeRow]

    @staticmethod
    def resolve_has_file(order: ChangeOrder) -> bool:
        return order.file_id is not None

    @staticmethod
    def resolve_changes(order: ChangeOrder) -> list[Any]:
        return list(order.lines.all())


class ChangeWish(Wish):
    task_id: Id | None = None
    minutes: int = Field(default=0, ge=-60_000_000, le=60_000_000)
    fee_amount: WishedAmount = ZERO
    expense_amount: WishedAmount = ZERO


class ChangeOrderWish(Wish):
    agreed_on: date
    reason: str = Field(max_length=300)
    changes: list[ChangeWish] = Field(max_length=500)


@routes.read("/projects/{int:project_id}/change-orders", Listing[ChangeOrderRow])
@staff_only
def list_change_orders(request: HttpRequest, project_id: int, part: Query[Part]) -> dict[str, Any]:
    """What was agreed about the budget; for whom the project is theirs to change."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    return page(project.change_orders.prefetch_related("lines"), part)


@routes.write("/projects/{int:project_id}/change-orders", ChangeOrderRow, status=201)
@staff_only
def create_change_order(request: HttpRequest, project_id: int, wish: ChangeOrderWish) -> ChangeOrder:
    """Moves the budgets of the project (no task) and of tasks by what was agreed."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    ids = [change.task_id for change in wish.changes if change.task_id is not None]
    tasks = {task.pk: task for task in chosen(Task.objects.filter(project=project), ids, "changes")}
    deltas = [
        Delta(tasks.get(change.task_id or 0), change.minutes, change.fee_amount, change.expense_amount)
        for change in wish.changes
    ]
    return record_change_order(
        project=project, agreed_on=wish.agreed_on, reason=wish.reason, changes=deltas, by=request.user
    )


@routes.write("/change-orders/{int:order_id}/withdraw", ChangeOrderRow)
@staff_only
def undo_change_order(request: HttpRequest, order_id: int) -> ChangeOrder:
    """Takes it back: the budgets are what they were without it. It stays in the list."""
    return withdraw_change_order(order=_order(request, order_id), by=request.user, at=clock.now())


@routes.write("/change-orders/{int:order_id}/file", ChangeOrderRow)
@staff_only
def upload_change_order(request: HttpRequest, order_id: int, file: File[UploadedFile]) -> ChangeOrder:
    """Keeps the signed paper, in place of the one before: PDF or picture."""
    order = _order(request, order_id)
    return attach_paper(order=order, name=file.name or "order.pdf", content=file.read(), by=request.user)


@routes.read("/change-orders/{int:order_id}/file", None)
@staff_only
def show_change_order_file(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """The signed paper."""
    order = _order(request, order_id)
    require_manage(request.user, order.project)
    if order.file is None:
        raise Http404
    return file_response(order.file)


def _project(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(visible_to(request.user), pk=project_id)


def _order(request: HttpRequest, order_id: int) -> ChangeOrder:
    found = ChangeOrder.objects.select_related("project", "file").prefetch_related("lines")
    return get_object_or_404(found.filter(project__in=visible_to(request.user)), pk=order_id)
