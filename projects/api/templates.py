"""Templates of projects, and copies."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from core.api import Amount, Id, Listing, Part, Routes, Row, Wish, cleaned, page
from people.guards import guarded
from projects.access import MANAGE_PROJECTS, VIEW_RATES, visible_to
from projects.api.projects import ProjectRow
from projects.models import Project, ProjectTemplate, TemplateLine, TemplateTask
from projects.planning import clone_project, open_from_template
from projects.template_forms import CopyForm, TemplateForm
from projects.templating import (
    deactivate_template,
    reactivate_template,
    refill_template,
    rename_template,
    save_as_template,
)

routes = Routes("projects")


class TemplateRow(Row):
    id: int
    name: str
    notes: str
    is_active: bool
    type_id: int | None
    category_id: int | None
    is_billable: bool
    requires_notes: bool
    length_days: int | None
    budget_minutes: int | None
    budget_fee_amount: Amount | None
    budget_expense_amount: Amount | None
    currency: str = Field(description="That of its fees, caps and rates; empty where it holds none.")


class TemplateTaskRow(Row):
    """Days are counted from the project's start."""

    id: int
    parent_id: int | None
    line_id: int | None = Field(description="The contract line of the template that bills it.")
    name: str
    position: int
    is_billable: bool
    labor_code_id: int | None
    start_day: int | None
    due_day: int | None
    budget_minutes: int | None
    budget_fee_amount: Amount | None
    budget_expense_amount: Amount | None
    budget_stop: str
    progress_by: str


class TemplateMilestoneRow(Row):
    name: str
    trigger: str
    amount: Amount | None
    percent: Amount | None
    planned_day: int | None


class TemplateLineRow(Row):
    """A contract line of a template; days are counted from the project's start. Its periods go on for
    `periods_months` and `periods_days`, or until further notice."""

    id: int
    position: int
    name: str
    method: str
    fee_amount: Amount | None
    cap_scope: str
    cap_amount: Amount | None
    cap_minutes: int | None
    daily_cap_minutes: int | None
    daily_cap_is_per_person: bool
    excess: str
    expense_method: str
    frequency: str
    first_period_day: int | None
    periods_months: int | None
    periods_days: int | None
    milestones: list[TemplateMilestoneRow]


class TemplateWish(Wish):
    name: str
    notes: str = ""


class RefillWish(Wish):
    project_id: Id


class ProjectCopyWish(Wish):
    """Days of tasks, milestones and periods are counted from `starts_on`; without it tasks have none.

    `with_contract` takes the contract lines along, `with_rates` the project's own rates and rule of rounding, which
    needs the right to manage rates.
    """

    client_id: Id
    name: str
    code: str = ""
    lead_id: Id | None = None
    starts_on: date | None = None
    with_team: bool = True
    with_contract: bool = True
    with_rates: bool = False


@routes.read("/project-templates", Listing[TemplateRow])
@guarded(MANAGE_PROJECTS)
def list_templates(request: HttpRequest, part: Query[Part], is_active: bool | None = None) -> dict[str, Any]:
    """The templates of projects."""
    found = ProjectTemplate.objects.all()
    return page(found if is_active is None else found.filter(is_active=is_active), part)


@routes.read("/project-templates/{int:template_id}/tasks", Listing[TemplateTaskRow])
@guarded(MANAGE_PROJECTS)
def list_template_tasks(request: HttpRequest, template_id: int, part: Query[Part]) -> dict[str, Any]:
    """The tasks that a template holds."""
    return page(TemplateTask.objects.filter(template=_template(template_id)), part)


@routes.read("/project-templates/{int:template_id}/lines", Listing[TemplateLineRow])
@guarded(VIEW_RATES)
def list_template_lines(request: HttpRequest, template_id: int, part: Query[Part]) -> dict[str, Any]:
    """The contract lines that a template holds, with their milestones."""
    lines = TemplateLine.objects.filter(template=_template(template_id))
    return page(lines.prefetch_related("milestones"), part)


@routes.write("/projects/{int:project_id}/template", TemplateRow, status=201)
@guarded(MANAGE_PROJECTS)
def make_template(request: HttpRequest, project_id: int, wish: TemplateWish) -> ProjectTemplate:
    """Makes a template of a project: settings, open tasks in their tree, budgets, days from its start, team,
    contract and rates."""
    fields = cleaned(TemplateForm, {"name": wish.name, "notes": wish.notes})
    project = _project(request, project_id)
    return save_as_template(project=project, name=fields["name"], notes=fields["notes"], by=request.user)


@routes.write("/project-templates/{int:template_id}", TemplateRow, method="PATCH")
@guarded(MANAGE_PROJECTS)
def change_template(request: HttpRequest, template_id: int, wish: TemplateWish) -> ProjectTemplate:
    """Gives it another name and note."""
    found = _template(template_id)
    return rename_template(template=found, by=request.user, **cleaned(TemplateForm, wish, template=found))


@routes.write("/project-templates/{int:template_id}/refill", TemplateRow)
@guarded(MANAGE_PROJECTS)
def fill_template(request: HttpRequest, template_id: int, wish: RefillWish) -> ProjectTemplate:
    """Puts what a project has now in place of what the template held."""
    project = _project(request, wish.project_id)
    return refill_template(template=_template(template_id), project=project, by=request.user)


@routes.write("/project-templates/{int:template_id}/open", ProjectRow, status=201)
@guarded(MANAGE_PROJECTS)
def use_template(request: HttpRequest, template_id: int, wish: ProjectCopyWish) -> Project:
    """Opens a project with what the template holds."""
    template = _template(template_id)
    return open_from_template(template=template, by=request.user, **cleaned(CopyForm, wish))


@routes.write("/projects/{int:project_id}/clone", ProjectRow, status=201)
@guarded(MANAGE_PROJECTS)
def copy_project(request: HttpRequest, project_id: int, wish: ProjectCopyWish) -> Project:
    """Opens a copy: settings, tasks in their tree with current budgets and days, team, contract, and rates where
    wanted. Time and what is billed stay with the original."""
    project = _project(request, project_id)
    return clone_project(project=project, by=request.user, **cleaned(CopyForm, wish))


@routes.write("/project-templates/{int:template_id}/deactivate", TemplateRow)
@guarded(MANAGE_PROJECTS)
def archive_template(request: HttpRequest, template_id: int) -> ProjectTemplate:
    """It is no longer offered."""
    return deactivate_template(template=_template(template_id), by=request.user)


@routes.write("/project-templates/{int:template_id}/reactivate", TemplateRow)
@guarded(MANAGE_PROJECTS)
def restore_template(request: HttpRequest, template_id: int) -> ProjectTemplate:
    """The way back."""
    return reactivate_template(template=_template(template_id), by=request.user)


def _template(template_id: int) -> ProjectTemplate:
    return get_object_or_404(ProjectTemplate, pk=template_id)


def _project(request: HttpRequest, project_id: int) -> Project:
    found = visible_to(request.user).select_related("client", "type", "category")
    return get_object_or_404(found, pk=project_id)
