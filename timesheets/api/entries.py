"""Time entries: listed, logged line by line, changed, moved, brought back."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from core.api import ChangedPart, Day, Id, Listing, Routes, page
from people.guards import signed_in
from timesheets.access import visible_to
from timesheets.api.schemas import (
    RELATED,
    MoveWish,
    RestoreWish,
    TimeEntries,
    TimeEntryChange,
    TimeEntryRow,
    TimeEntryWish,
    TimeState,
    Version,
    entry_row,
    entry_rows,
)
from timesheets.api.whose import reasoned, row_of, staff_of, today_of, user_of
from timesheets.clearing import clear_lines
from timesheets.dating import record_late
from timesheets.entering import edit_entry, enter_time
from timesheets.models import TimeEntry
from timesheets.moving import move_entries
from timesheets.restoring import restore_lines

routes = Routes("time")


class EntryFilters(ChangedPart):
    """Which lines are asked for; all that the person may read without one."""

    staff_id: Id | None = None
    client_id: Id | None = None
    project_id: Id | None = None
    task_id: Id | None = None
    state: TimeState | None = None
    first_on: Day | None = None
    last_on: Day | None = None


COLUMNS = {
    "staff_id": "staff",
    "client_id": "project__client",
    "project_id": "project",
    "task_id": "task",
    "state": "state",
    "first_on": "worked_on__gte",
    "last_on": "worked_on__lte",
}


@routes.read("/time-entries", Listing[TimeEntryRow])
@signed_in
def list_time_entries(request: HttpRequest, wanted: Query[EntryFilters]) -> dict[str, Any]:
    """Lists time entries.

    One's own, and others' with the right. With `updated_since` in the order of change.
    """
    user = user_of(request)
    asked = {column: getattr(wanted, name) for name, column in COLUMNS.items()}
    rows = visible_to(user).filter(**{column: value for column, value in asked.items() if value is not None})
    found = page(rows.select_related(*RELATED), wanted)
    return found | {"items": entry_rows(found["items"], user)}


@routes.read("/time-entries/{int:entry_id}", TimeEntryRow)
@signed_in
def get_time_entry(request: HttpRequest, entry_id: int) -> TimeEntryRow:
    """Reads a time entry."""
    return entry_rows([find(request, entry_id)], user_of(request))[0]


@routes.write("/time-entries", TimeEntryRow, status=201)
@signed_in
@reasoned
def log_time(request: HttpRequest, wish: TimeEntryWish) -> TimeEntryRow:
    """Logs time: a new line, whatever the day holds already.

    The duration in `minutes`, or in `text` as a person types it: 1.5, 1:30, 90m.
    """
    wished: dict[str, Any] = {
        "staff": staff_of(request, wish.staff_id),
        "row": row_of(wish),
        "worked_on": wish.worked_on,
        "by": user_of(request),
        "on": today_of(request, wish.on),
        "text": wish.text,
        "minutes": wish.minutes,
        "note": wish.note,
        "internal_note": wish.internal_note,
    }
    entry = record_late(**wished) if wish.dates_late else enter_time(**wished, times=wish.times())
    return entry_row(entry.pk, user_of(request))


@routes.write("/time-entries/{int:entry_id}", TimeEntryRow, method="PATCH")
@signed_in
@reasoned
def edit_time_entry(request: HttpRequest, entry_id: int, wish: TimeEntryChange) -> TimeEntryRow:
    """Changes duration, times or notes of a draft or returned line. Where it belongs is changed with `move`."""
    entry = edit_entry(
        entry=find(request, entry_id),
        by=user_of(request),
        on=today_of(request, wish.on),
        version=wish.version,
        text=wish.text,
        minutes=wish.minutes,
        note=wish.note,
        internal_note=wish.internal_note,
        times=wish.times(),
    )
    return entry_row(entry.pk, user_of(request))


@routes.write("/time-entries/{int:entry_id}", method="DELETE")
@signed_in
@reasoned
def delete_time_entry(
    request: HttpRequest,
    entry_id: int,
    version: Version | None = None,
    on: Day | None = None,
    reason: str = "",
) -> None:
    """Deletes a draft or returned line. It can be brought back with `restore`."""
    entry = find(request, entry_id)
    clear_lines(
        staff=entry.staff,
        versions={entry.pk: entry.version if version is None else version},
        by=user_of(request),
        on=today_of(request, on),
    )


@routes.write("/time-entries/restore", TimeEntries)
@signed_in
@reasoned
def restore_time_entries(request: HttpRequest, wish: RestoreWish) -> dict[str, Any]:
    """Brings deleted lines back, all or none, in the versions that they had."""
    entries = restore_lines(
        staff=staff_of(request, wish.staff_id),
        versions={seen.id: seen.version for seen in wish.entries},
        by=user_of(request),
        on=today_of(request, wish.on),
    )
    return shown(request, entries)


@routes.write("/time-entries/move", TimeEntries)
@signed_in
@reasoned
def move_time_entries(request: HttpRequest, wish: MoveWish) -> dict[str, Any]:
    """Moves draft and returned lines to another task, labor code, class or billable; their rates are found anew."""
    entries = move_entries(
        staff=staff_of(request, wish.staff_id),
        versions={seen.id: seen.version for seen in wish.entries},
        to=row_of(wish),
        by=user_of(request),
        on=today_of(request, wish.on),
    )
    return shown(request, entries)


def find(request: HttpRequest, entry_id: int) -> TimeEntry:
    """A line that the person may read. Raises Http404."""
    return get_object_or_404(visible_to(user_of(request)).select_related(*RELATED), pk=entry_id)


def shown(request: HttpRequest, entries: list[TimeEntry]) -> dict[str, Any]:
    """The lines as they stand now, in the order of their ids."""
    rows = TimeEntry.objects.filter(pk__in=[entry.pk for entry in entries]).select_related(*RELATED)
    return {"items": entry_rows(list(rows.order_by("pk")), user_of(request))}
