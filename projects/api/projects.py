"""Projects and their contract lines."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from clients.models import Client
from core.api import Amount, ChangedPart, Id, Listing, Part, Routes, Row, Wish, WishedAmount, cleaned, page
from people.guards import guarded, staff_only
from projects.access import MANAGE_PROJECTS, require_manage, visible_to
from projects.api.minutes import BudgetMinutes, in_hours
from projects.forms import ProjectForm
from projects.lists import matching
from projects.models import ContractLine, Project
from projects.opening import close_project, edit_project, open_project, reopen_project, suggest_code

routes = Routes("projects")


class ProjectRow(Row):
    id: int
    client_id: int
    client_name: str
    name: str
    code: str
    state: str
    currency: str
    lead_id: int | None
    type_id: int | None
    status_id: int | None
    category_id: int | None
    starts_on: date | None
    ends_on: date | None
    is_billable: bool
    is_open_to_all: bool
    requires_notes: bool
    po_number: str
    po_amount: Amount | None
    po_minutes: int | None
    budget_minutes: int | None
    budget_fee_amount: Amount | None
    budget_expense_amount: Amount | None
    notes: str
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_client_name(project: Project) -> str:
        return project.client.name


class ProjectFields(Wish):
    """The budgets are the project's cap, beside those of its tasks; amounts are in the client's currency."""

    lead_id: Id | None = None
    type_id: Id | None = None
    status_id: Id | None = None
    category_id: Id | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    is_billable: bool = True
    is_open_to_all: bool = False
    requires_notes: bool = False
    po_number: str = ""
    po_amount: WishedAmount | None = None
    po_minutes: BudgetMinutes | None = None
    budget_minutes: BudgetMinutes | None = None
    budget_fee_amount: WishedAmount | None = None
    budget_expense_amount: WishedAmount | None = None
    notes: str = ""


class ProjectWish(ProjectFields):
    """Without `code` it takes the next one of the client. `team_ids` are staff who may log time; the lead is one."""

    client_id: Id
    name: str
    code: str = ""
    team_ids: list[Id] = Field(default_factory=list)


class ProjectChange(ProjectFields):
    client_id: Id | None = None
    name: str = ""
    code: str = ""


class CodeRow(Row):
    code: str


class ContractLineRow(Row):
    id: int
    project_id: int
    name: str
    method: str
    position: int


@routes.read("/projects", Listing[ProjectRow])
@staff_only
def list_projects(
    request: HttpRequest,
    part: Query[ChangedPart],
    q: str = "",
    state: Literal["OPEN", "CLOSED"] | None = None,
    client_id: Id | None = None,
) -> dict[str, Any]:
    """Projects that the person may see. Each word of `q` occurs in the project's or client's name or code, or the
    lead's name."""
    found = matching(request.user, q).select_related("client")
    if state is not None:
        found = found.filter(state=state)
    return page(found if client_id is None else found.filter(client=client_id), part)


@routes.write("/projects", ProjectRow, status=201)
@guarded(MANAGE_PROJECTS)
def create_project(request: HttpRequest, wish: ProjectWish) -> Project:
    """Opens a project with its first contract line (time and materials) and its team."""
    return open_project(by=request.user, **cleaned(ProjectForm, in_hours(wish), names={"team_ids": "team"}))


@routes.read("/projects/next-code", CodeRow)
@guarded(MANAGE_PROJECTS)
def suggest_project_code(request: HttpRequest, client_id: Id) -> dict[str, str]:
    """Which code a new project of the client takes by itself. Not reserved."""
    return {"code": suggest_code(get_object_or_404(Client, pk=client_id))}


@routes.read("/projects/{int:project_id}", ProjectRow)
@staff_only
def show_project(request: HttpRequest, project_id: int) -> Project:
    """One project."""
    return _project(request, project_id)


@routes.write("/projects/{int:project_id}", ProjectRow, method="PATCH")
@staff_only
def change_project(request: HttpRequest, project_id: int, wish: ProjectChange) -> Project:
    """Changes what is given and leaves the rest; its lead may, too."""
    project = _project(request, project_id)
    require_manage(request.user, project)
    edit_project(project=project, by=request.user, **cleaned(ProjectForm, in_hours(wish), project=project))
    return _project(request, project_id)


@routes.write("/projects/{int:project_id}/close", ProjectRow)
@staff_only
def end_project(request: HttpRequest, project_id: int) -> Project:
    """No more time can be logged; what is there can still be billed."""
    close_project(project=_project(request, project_id), by=request.user)
    return _project(request, project_id)


@routes.write("/projects/{int:project_id}/reopen", ProjectRow)
@staff_only
def resume_project(request: HttpRequest, project_id: int) -> Project:
    """The way back."""
    reopen_project(project=_project(request, project_id), by=request.user)
    return _project(request, project_id)


@routes.read("/projects/{int:project_id}/contract-lines", Listing[ContractLineRow])
@staff_only
def list_contract_lines(request: HttpRequest, project_id: int, part: Query[Part]) -> dict[str, Any]:
    """How the parts of the project are billed."""
    return page(ContractLine.objects.filter(project=_project(request, project_id)), part)


def _project(request: HttpRequest, project_id: int) -> Project:
    """With the roles' present state: whoever hands a project on may not see it any more."""
    return get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
