"""Departments, offices and job titles."""

from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query

from core.api import Listing, Part, Routes, Row, Wish, cleaned, page
from people.access import MANAGE_FIRM, MANAGE_PEOPLE
from people.forms import NameForm
from people.guards import guarded
from people.models import Department, JobTitle, Office
from people.organising import Named, add_named, remove_named, rename

routes = Routes("people")

Kind = Literal["departments", "offices", "job-titles"]
KINDS: dict[Kind, type[Named]] = {"departments": Department, "offices": Office, "job-titles": JobTitle}


class NamedRow(Row):
    id: int
    name: str


class NameWish(Wish):
    name: str


@routes.read("/lists/{kind}", Listing[NamedRow])
@guarded(MANAGE_FIRM, MANAGE_PEOPLE)
def list_named(request: HttpRequest, kind: Kind, part: Query[Part]) -> dict[str, Any]:
    """The departments, offices or job titles."""
    return page(KINDS[kind].objects.all(), part)


@routes.write("/lists/{kind}", NamedRow, status=201)
@guarded(MANAGE_FIRM)
def create_named(request: HttpRequest, kind: Kind, wish: NameWish) -> Named:
    """Adds one to a list."""
    return add_named(kind=KINDS[kind], by=request.user, **cleaned(NameForm, wish))


@routes.write("/lists/{kind}/{int:named_id}", NamedRow, method="PATCH")
@guarded(MANAGE_FIRM)
def rename_named(request: HttpRequest, kind: Kind, named_id: int, wish: NameWish) -> Named:
    """Another name for the same thing; people and rates keep it."""
    return rename(thing=_named(kind, named_id), by=request.user, **cleaned(NameForm, wish))


@routes.write("/lists/{kind}/{int:named_id}", method="DELETE")
@guarded(MANAGE_FIRM)
def delete_named(request: HttpRequest, kind: Kind, named_id: int) -> None:
    """Removes what nobody uses."""
    remove_named(thing=_named(kind, named_id), by=request.user)


def _named(kind: Kind, named_id: int) -> Named:
    thing: Named | None = KINDS[kind].objects.filter(pk=named_id).first()
    if thing is None:
        raise Http404
    return thing
