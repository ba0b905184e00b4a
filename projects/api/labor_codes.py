"""Labor codes: the kinds of work."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from core.api import Listing, Part, Routes, Row, Wish, cleaned, page
from people.guards import guarded, staff_only
from projects.access import MANAGE_PROJECTS
from projects.coding import add_labor_code, deactivate_labor_code, edit_labor_code, reactivate_labor_code
from projects.forms import LaborCodeForm
from projects.models import LaborCode

routes = Routes("projects")


class LaborCodeRow(Row):
    id: int
    name: str
    code: str
    is_billable: bool
    requires_notes: bool
    is_overtime: bool
    is_active: bool


class LaborCodeWish(Wish):
    name: str
    code: str = ""
    is_billable: bool = True
    requires_notes: bool = False
    is_overtime: bool = False


class LaborCodeChange(LaborCodeWish):
    name: str = ""


@routes.read("/labor-codes", Listing[LaborCodeRow])
@staff_only
def list_labor_codes(
    request: HttpRequest, part: Query[Part], is_active: bool | None = None
) -> dict[str, Any]:
    """The kinds of work."""
    found = LaborCode.objects.all()
    return page(found if is_active is None else found.filter(is_active=is_active), part)


@routes.write("/labor-codes", LaborCodeRow, status=201)
@guarded(MANAGE_PROJECTS)
def create_labor_code(request: HttpRequest, wish: LaborCodeWish) -> LaborCode:
    """Adds a labor code."""
    return add_labor_code(by=request.user, **cleaned(LaborCodeForm, wish))


@routes.write("/labor-codes/{int:code_id}", LaborCodeRow, method="PATCH")
@guarded(MANAGE_PROJECTS)
def change_labor_code(request: HttpRequest, code_id: int, wish: LaborCodeChange) -> LaborCode:
    """Changes a labor code; time already recorded stays as it is."""
    code = get_object_or_404(LaborCode, pk=code_id)
    return edit_labor_code(labor_code=code, by=request.user, **cleaned(LaborCodeForm, wish, labor_code=code))


@routes.write("/labor-codes/{int:code_id}/deactivate", LaborCodeRow)
@guarded(MANAGE_PROJECTS)
def archive_labor_code(request: HttpRequest, code_id: int) -> LaborCode:
    """Takes it out of pick-lists; tasks and time that have it keep it."""
    return deactivate_labor_code(labor_code=get_object_or_404(LaborCode, pk=code_id), by=request.user)


@routes.write("/labor-codes/{int:code_id}/reactivate", LaborCodeRow)
@guarded(MANAGE_PROJECTS)
def restore_labor_code(request: HttpRequest, code_id: int) -> LaborCode:
    """The way back."""
    return reactivate_labor_code(labor_code=get_object_or_404(LaborCode, pk=code_id), by=request.user)
