"""Departments, offices and job titles."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from core.api import Id, Listing, Part, Routes, Row, Wish, cleaned, page
from people.access import MANAGE_FIRM, MANAGE_PEOPLE
from people.forms import DepartmentForm, NameForm
from people.guards import guarded
from people.models import Department, Holiday, JobTitle, Office
from people.observing import observe_year, set_calendar
from people.organising import Named, add_named, remove_named, rename, set_head
from people.public_holidays import FIRST_YEAR, LAST_YEAR, Offered, preview

routes = Routes("people")

Kind = Literal["departments", "offices", "job-titles"]
KINDS: dict[Kind, type[Named]] = {"departments": Department, "offices": Office, "job-titles": JobTitle}


class NamedRow(Row):
    """`head_id` belongs to departments; country and subdivision (ISO 3166) to offices."""

    id: int
    name: str
    head_id: int | None = None
    country: str = ""
    subdivision: str = ""


class NameWish(Wish):
    name: str


class HeadWish(Wish):
    head_id: Id | None


class CalendarWish(Wish):
    country: str
    subdivision: str = ""


class PublicHolidayRow(Row):
    """`state`: MISSING, THERE, EDITED (renamed or moved here), FIRM (a day of all offices), LEFT_OUT."""

    on: date
    name: str
    state: str
    holiday_id: int | None

    @staticmethod
    def resolve_holiday_id(day: Offered) -> int | None:
        return day.holiday.pk if day.holiday else None


class ObserveWish(Wish):
    """Without `days` all that are missing are added; with it those, and the others are left out in later years too."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    days: list[date] | None = None


class ObservedRow(Row):
    id: int
    name: str
    on: date
    office_id: int | None


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


@routes.write("/departments/{int:department_id}/head", NamedRow, method="PUT")
@guarded(MANAGE_FIRM)
def put_head(request: HttpRequest, department_id: int, wish: HeadWish) -> Department:
    """Who heads a department; approvals may ask them."""
    department = get_object_or_404(Department, pk=department_id)
    fields = cleaned(
        DepartmentForm,
        {"name": department.name, "head_id": wish.head_id},
        names={"head_id": "head"},
        department=department,
    )
    return set_head(department=department, head=fields["head"], by=request.user)


@routes.write("/offices/{int:office_id}/calendar", NamedRow, method="PUT")
@guarded(MANAGE_FIRM)
def put_calendar(request: HttpRequest, office_id: int, wish: CalendarWish) -> Office:
    """Where the public holidays of an office come from; an empty country is nowhere."""
    office = get_object_or_404(Office, pk=office_id)
    return set_calendar(office=office, country=wish.country, subdivision=wish.subdivision, by=request.user)


@routes.read("/offices/{int:office_id}/public-holidays", list[PublicHolidayRow])
@guarded(MANAGE_FIRM)
def list_public_holidays(
    request: HttpRequest, office_id: int, year: Annotated[int, Query(ge=FIRST_YEAR, le=LAST_YEAR)]
) -> Any:
    """The calendar of a year beside what the office has."""
    return list(preview(get_object_or_404(Office, pk=office_id), year))


@routes.write("/offices/{int:office_id}/public-holidays", list[ObservedRow], status=201)
@guarded(MANAGE_FIRM)
def create_public_holidays(request: HttpRequest, office_id: int, wish: ObserveWish) -> list[Holiday]:
    """Adds the public holidays of a year that the office lacks; what is there, renamed or moved, stays."""
    office = get_object_or_404(Office, pk=office_id)
    return observe_year(office=office, year=wish.year, days=wish.days, by=request.user)


def _named(kind: Kind, named_id: int) -> Named:
    thing: Named | None = KINDS[kind].objects.filter(pk=named_id).first()
    if thing is None:
        raise Http404
    return thing
