"""The rounding of billable minutes: the firm's rule, and the exceptions of clients and projects."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from clients.models import Client
from core.api import Listing, Part, Routes, Row, Wish, cleaned, page
from people.guards import guarded
from projects.access import MANAGE_RATES, visible_to
from projects.models import Project, RoundingRule
from projects.rounding import Wanted, clear_rounding, exceptions_visible_to, firm_rule, set_rounding
from projects.rounding_forms import RoundingForm

routes = Routes("projects")


class RoundingRow(Row):
    """Minutes rounded to `unit_minutes` by `mode`, at least `minimum_minutes`, each `scope` by itself."""

    unit_minutes: int
    mode: str
    minimum_minutes: int
    scope: str


class ExceptionRow(RoundingRow):
    client_id: int | None
    project_id: int | None


class RoundingWish(Wish):
    unit_minutes: Literal[1, 5, 6, 10, 15, 30]
    mode: Literal["NONE", "UP", "NEAREST", "DOWN"]
    minimum_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    scope: Literal["ENTRY", "DAY", "LINE"] = "ENTRY"


@routes.read("/rounding", RoundingRow)
@guarded(MANAGE_RATES)
def show_rounding(request: HttpRequest) -> RoundingRule:
    """The firm's rule."""
    return firm_rule() or RoundingRule()


@routes.write("/rounding", RoundingRow, method="PUT")
@guarded(MANAGE_RATES)
def put_rounding(request: HttpRequest, wish: RoundingWish) -> RoundingRule:
    """Sets the firm's rule. It counts for what is drafted from now on; recorded minutes stay."""
    return set_rounding(wanted=_wanted(wish), by=request.user)


@routes.read("/rounding/exceptions", Listing[ExceptionRow])
@guarded(MANAGE_RATES)
def list_rounding_exceptions(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Clients and projects that are rounded otherwise."""
    return page(exceptions_visible_to(request.user), part)


@routes.write("/clients/{int:client_id}/rounding", ExceptionRow, method="PUT")
@guarded(MANAGE_RATES)
def put_rounding_of_client(request: HttpRequest, client_id: int, wish: RoundingWish) -> RoundingRule:
    """Sets the rule of a client."""
    client = get_object_or_404(Client, pk=client_id)
    return set_rounding(wanted=_wanted(wish), by=request.user, client=client)


@routes.write("/clients/{int:client_id}/rounding", method="DELETE")
@guarded(MANAGE_RATES)
def delete_rounding_of_client(request: HttpRequest, client_id: int) -> None:
    """The client is rounded as the firm is."""
    clear_rounding(by=request.user, client=get_object_or_404(Client, pk=client_id))


@routes.write("/projects/{int:project_id}/rounding", ExceptionRow, method="PUT")
@guarded(MANAGE_RATES)
def put_rounding_of_project(request: HttpRequest, project_id: int, wish: RoundingWish) -> RoundingRule:
    """Sets the rule of a project."""
    project = _project(request, project_id)
    return set_rounding(wanted=_wanted(wish), by=request.user, project=project)


@routes.write("/projects/{int:project_id}/rounding", method="DELETE")
@guarded(MANAGE_RATES)
def delete_rounding_of_project(request: HttpRequest, project_id: int) -> None:
    """The project is rounded as its client is, else as the firm."""
    clear_rounding(by=request.user, project=_project(request, project_id))


def _wanted(wish: RoundingWish) -> Wanted:
    fields = cleaned(RoundingForm, wish)
    return Wanted(fields["unit_minutes"], fields["mode"], fields["minimum_minutes"] or 0, fields["scope"])


def _project(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(visible_to(request.user), pk=project_id)
