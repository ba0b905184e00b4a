"""Rows of the week: kept at hand, and last week's hours copied into this one."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from core.api import Day, Id, Routes
from core.periods import week_of
from people.guards import signed_in
from timesheets.api.entries import shown
from timesheets.api.schemas import OwnerWish, PlaceWish, TimeEntryRow, Today
from timesheets.api.whose import row_of, staff_of, today_of, user_of
from timesheets.copying import copy_hours
from timesheets.models import TimeRules
from timesheets.prefill import favourite_rows
from timesheets.rows import Place
from timesheets.starring import star_row, unstar_row

routes = Routes("time")


class FavouriteOwner(Schema):
    staff_id: Annotated[Id | None, Field(description="Left out: the person of the token.")] = None


class FavouriteRowAnswer(Schema):
    """A row that the person keeps at hand. `why_closed` says why it takes no time now."""

    task_id: int
    task_name: str
    labor_code_id: int | None
    work_class_id: int | None
    is_billable: bool | None = Field(description="Null: as project, task and labor code say.")
    project_id: int
    project_name: str
    why_closed: str


class FavouriteRows(Schema):
    items: list[FavouriteRowAnswer]


class CopyWish(OwnerWish):
    on: Today = None


class LeftOut(Schema):
    """A cell, or with no day a whole row, that was not copied."""

    task_id: int
    labor_code_id: int | None
    on: date | None
    why: str


class CopiedHoursAnswer(Schema):
    entries: list[TimeEntryRow]
    left_out: list[LeftOut]


@routes.read("/favourite-rows", FavouriteRows)
@signed_in
def list_favourite_rows(request: HttpRequest, wanted: Query[FavouriteOwner]) -> dict[str, Any]:
    """Lists the rows that a person keeps at hand, in the order in which they were starred."""
    found = favourite_rows(staff_of(request, wanted.staff_id), [], TimeRules.objects.get(pk=1))
    return {"items": [_favourite(place) for place in (*found.rows, *(place for place, _ in found.skipped))]}


@routes.write("/favourite-rows", FavouriteRowAnswer, method="PUT")
@signed_in
def keep_favourite_row(request: HttpRequest, wish: PlaceWish) -> FavouriteRowAnswer:
    """Keeps a row at hand. Once is enough."""
    return _favourite(star_row(staff=staff_of(request, wish.staff_id), row=row_of(wish), by=user_of(request)))


@routes.write("/favourite-rows/remove", FavouriteRowAnswer)
@signed_in
def drop_favourite_row(request: HttpRequest, wish: PlaceWish) -> FavouriteRowAnswer:
    """Keeps a row at hand no longer. It need not be among the favourites."""
    return _favourite(
        unstar_row(staff=staff_of(request, wish.staff_id), row=row_of(wish), by=user_of(request))
    )


@routes.write("/weeks/{day}/copy-hours", CopiedHoursAnswer)
@signed_in
def copy_hours_of_last_week(request: HttpRequest, day: Day, wish: CopyWish) -> dict[str, Any]:
    """Writes the hours of the week before as drafts into the week of a day.

    Notes stay behind. Cells that hold time already, days that take none and closed rows are left out, each with why.
    """
    staff, rules = staff_of(request, wish.staff_id), TimeRules.objects.get(pk=1)
    copied = copy_hours(
        staff=staff,
        period=week_of(day, rules.week_starts_on),
        by=user_of(request),
        on=today_of(request, wish.on),
    )
    left_out = [
        {"task_id": place.key.task_id, "labor_code_id": place.key.labor_code_id, "on": on, "why": why}
        for place, on, why in copied.skipped
    ]
    return {"entries": shown(request, copied.entries)["items"], "left_out": left_out}


def _favourite(place: Place) -> FavouriteRowAnswer:
    key = place.key
    return FavouriteRowAnswer(
        task_id=key.task_id,
        task_name=place.task.name,
        labor_code_id=key.labor_code_id,
        work_class_id=key.work_class_id,
        is_billable=key.is_billable,
        project_id=place.project.pk,
        project_name=place.project.name,
        why_closed=place.refusal.message if place.refusal else "",
    )
