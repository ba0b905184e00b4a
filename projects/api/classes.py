"""Classes: the accountant's second way to cut time and expenses."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from core.api import Listing, Part, Routes, Row, Wish, cleaned, page
from people.guards import guarded, staff_only
from projects.access import MANAGE_PROJECTS
from projects.classing import add_class, deactivate_class, reactivate_class, rename_class
from projects.forms import ClassForm
from projects.models import WorkClass

routes = Routes("projects")


class ClassRow(Row):
    id: int
    name: str
    is_active: bool


class ClassWish(Wish):
    name: str


@routes.read("/classes", Listing[ClassRow])
@staff_only
def list_classes(request: HttpRequest, part: Query[Part], is_active: bool | None = None) -> dict[str, Any]:
    """The classes that time may stand under."""
    found = WorkClass.objects.all()
    return page(found if is_active is None else found.filter(is_active=is_active), part)


@routes.write("/classes", ClassRow, status=201)
@guarded(MANAGE_PROJECTS)
def create_class(request: HttpRequest, wish: ClassWish) -> WorkClass:
    """Adds a class."""
    return add_class(by=request.user, **cleaned(ClassForm, wish))


@routes.write("/classes/{int:class_id}", ClassRow, method="PATCH")
@guarded(MANAGE_PROJECTS)
def change_class(request: HttpRequest, class_id: int, wish: ClassWish) -> WorkClass:
    """Renames a class; what stands under it goes along."""
    found = get_object_or_404(WorkClass, pk=class_id)
    return rename_class(work_class=found, by=request.user, **cleaned(ClassForm, wish, work_class=found))


@routes.write("/classes/{int:class_id}/deactivate", ClassRow)
@guarded(MANAGE_PROJECTS)
def archive_class(request: HttpRequest, class_id: int) -> WorkClass:
    """Takes it out of pick-lists; what stands under it keeps it."""
    return deactivate_class(work_class=get_object_or_404(WorkClass, pk=class_id), by=request.user)


@routes.write("/classes/{int:class_id}/reactivate", ClassRow)
@guarded(MANAGE_PROJECTS)
def restore_class(request: HttpRequest, class_id: int) -> WorkClass:
    """The way back."""
    return reactivate_class(work_class=get_object_or_404(WorkClass, pk=class_id), by=request.user)
