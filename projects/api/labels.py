"""Project types, statuses and categories, and the firm's settings of projects."""

from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from core.api import Listing, Part, Routes, Row, Wish, cleaned, page
from people.guards import guarded, staff_only
from projects.access import MANAGE_PROJECTS
from projects.forms import LabelForm
from projects.labeling import add_label, deactivate_label, reactivate_label, rename_label, set_project_rules
from projects.models import ProjectLabel, ProjectRules

routes = Routes("projects")
Kind = Literal["TYPE", "STATUS", "CATEGORY"]


class LabelRow(Row):
    id: int
    kind: str
    name: str
    is_active: bool


class LabelWish(Wish):
    kind: Kind
    name: str


class LabelChange(Wish):
    name: str


class ProjectRulesRow(Row):
    code_pattern: str
    alert_percents: list[int]


class ProjectRulesWish(Wish):
    """`{client}-{000}` makes LKS-001. Up to three shares of a budget, in percent, at which leads hear of it."""

    code_pattern: str
    alert_percents: list[int]


@routes.read("/project-labels", Listing[LabelRow])
@staff_only
def list_labels(
    request: HttpRequest, part: Query[Part], kind: Kind | None = None, is_active: bool | None = None
) -> dict[str, Any]:
    """The firm's project types, statuses and categories."""
    found = ProjectLabel.objects.all()
    if kind is not None:
        found = found.filter(kind=kind)
    return page(found if is_active is None else found.filter(is_active=is_active), part)


@routes.write("/project-labels", LabelRow, status=201)
@guarded(MANAGE_PROJECTS)
def create_label(request: HttpRequest, wish: LabelWish) -> ProjectLabel:
    """Adds a type, status or category."""
    name = cleaned(LabelForm, {"name": wish.name})["name"]
    return add_label(kind=wish.kind, name=name, by=request.user)


@routes.write("/project-labels/{int:label_id}", LabelRow, method="PATCH")
@guarded(MANAGE_PROJECTS)
def change_label(request: HttpRequest, label_id: int, wish: LabelChange) -> ProjectLabel:
    """Gives it another name; projects that have it go along."""
    found = get_object_or_404(ProjectLabel, pk=label_id)
    return rename_label(label=found, by=request.user, **cleaned(LabelForm, wish, label=found))


@routes.write("/project-labels/{int:label_id}/deactivate", LabelRow)
@guarded(MANAGE_PROJECTS)
def archive_label(request: HttpRequest, label_id: int) -> ProjectLabel:
    """Takes it out of pick-lists; projects that have it keep it."""
    return deactivate_label(label=get_object_or_404(ProjectLabel, pk=label_id), by=request.user)


@routes.write("/project-labels/{int:label_id}/reactivate", LabelRow)
@guarded(MANAGE_PROJECTS)
def restore_label(request: HttpRequest, label_id: int) -> ProjectLabel:
    """The way back."""
    return reactivate_label(label=get_object_or_404(ProjectLabel, pk=label_id), by=request.user)


@routes.read("/project-rules", ProjectRulesRow)
@guarded(MANAGE_PROJECTS)
def show_project_rules(request: HttpRequest) -> ProjectRules:
    """How codes are made, and at which shares of a budget leads hear of it."""
    return ProjectRules.objects.get(pk=1)


@routes.write("/project-rules", ProjectRulesRow, method="PUT")
@guarded(MANAGE_PROJECTS)
def change_project_rules(request: HttpRequest, wish: ProjectRulesWish) -> ProjectRules:
    """Sets both."""
    return set_project_rules(
        code_pattern=wish.code_pattern, alert_percents=wish.alert_percents, by=request.user
    )
