"""Roles and the rights that they carry."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from core.api import Listing, Part, Routes, Row, Wish, cleaned, page
from people.access import MANAGE_FIRM, MANAGE_PEOPLE
from people.arranging import add_role, edit_role, remove_role
from people.forms import RoleForm
from people.guards import guarded
from people.models import Role
from people.rights import Right, catalogue
from people.securing import ask_second_factor

routes = Routes("people")


class RightRow(Row):
    name: str
    label: str
    group: str


class RoleRow(Row):
    id: int
    name: str
    description: str
    rights: list[str]
    is_owner: bool
    is_builtin: bool
    requires_second_factor: bool


class SecondFactorWish(Wish):
    is_required: bool


class RoleWish(Wish):
    name: str
    description: str = ""
    rights: list[str] = Field(default_factory=list)


class RoleChange(RoleWish):
    name: str = ""


@routes.read("/rights", list[RightRow])
@guarded(MANAGE_FIRM, MANAGE_PEOPLE)
def list_rights(request: HttpRequest) -> list[Right]:
    """Every right that a role may carry. `label` completes *May …*."""
    return catalogue()


@routes.read("/roles", Listing[RoleRow])
@guarded(MANAGE_FIRM, MANAGE_PEOPLE)
def list_roles(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Roles and their rights."""
    return page(Role.objects.all(), part)


@routes.write("/roles", RoleRow, status=201)
@guarded(MANAGE_PEOPLE)
def create_role(request: HttpRequest, wish: RoleWish) -> Role:
    """Adds a role of the firm's own, with rights that one holds oneself."""
    return add_role(by=request.user, **cleaned(RoleForm, wish))


@routes.write("/roles/{int:role_id}", RoleRow, method="PATCH")
@guarded(MANAGE_PEOPLE)
def change_role(request: HttpRequest, role_id: int, wish: RoleChange) -> Role:
    """Changes a role of the firm's own; it holds at once for whoever has it."""
    role = get_object_or_404(Role, pk=role_id)
    return edit_role(role=role, by=request.user, **cleaned(RoleForm, wish, role=role))


@routes.write("/roles/{int:role_id}", method="DELETE")
@guarded(MANAGE_PEOPLE)
def delete_role(request: HttpRequest, role_id: int) -> None:
    """Removes a role that nobody has."""
    remove_role(role=get_object_or_404(Role, pk=role_id), by=request.user)


@routes.write("/roles/{int:role_id}/second-factor", RoleRow, method="PUT")
@guarded(MANAGE_FIRM, MANAGE_PEOPLE)
def set_second_factor(request: HttpRequest, role_id: int, wish: SecondFactorWish) -> Role:
    """Whether people with the role need a second step at sign-in. Those who have none are signed out and set one up."""
    role = get_object_or_404(Role, pk=role_id)
    return ask_second_factor(role=role, is_required=wish.is_required, by=request.user)
