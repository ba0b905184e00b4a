"""Cells of the week as a person types them, what time can be logged to, and locked days."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from core import clock
from core.api import Id, Routes
from core.minutes import parse_minutes
from people.guards import signed_in
from timesheets.api.entries import shown
from timesheets.api.schemas import CellAnswer, CellLinesWish, CellWish, LineWished, TimeEntries, entry_row
from timesheets.api.whose import reasoned, row_of, staff_of, today_of, user_of
from timesheets.recording import record_time
from timesheets.row_search import FAVOURITES, RECENT, RowChoice, find_rows
from timesheets.splitting import LineWish, save_lines

routes = Routes("time")


class RowFilters(Schema):
    staff_id: Annotated[Id | None, Field(description="Left out: the person of the token.")] = None
    q: Annotated[str, Field(max_length=80, description="Words of client, project, task or labor code.")] = ""


class LoggableRow(Schema):
    """A row to log time to. `why_closed` says why it takes none now."""

    task_id: int
    labor_code_id: int | None
    work_class_id: int | None
    is_billable: bool | None = Field(description="Null: as project, task and labor code say.")
    name: str
    detail: str
    is_recent: bool
    is_favourite: bool
    why_closed: str


class LoggableRows(Schema):
    items: list[LoggableRow]


@routes.write("/week-cells", CellAnswer, method="PUT")
@signed_in
@reasoned
def type_cell(request: HttpRequest, wish: CellWish) -> dict[str, Any]:
    """Types into a cell of the week.

    As the grid does: `text` replaces what the cell holds, empty or zero clears it. `entry_id` and `version` are what
    was seen there; a cell that holds something else by now is left alone (409), and so is one with several lines.
    """
    entry = record_time(
        staff=staff_of(request, wish.staff_id),
        row=row_of(wish),
        worked_on=wish.worked_on,
        by=user_of(request),
        on=today_of(request, wish.on),
        text=wish.text,
        note=wish.note,
        internal_note=wish.internal_note,
        version=wish.version,
        entry_id=wish.entry_id,
    )
    return {"entry": entry_row(entry.pk, user_of(request)) if entry else None}


@routes.write("/week-cells/lines", TimeEntries, method="PUT")
@signed_in
@reasoned
def split_cell(request: HttpRequest, wish: CellLinesWish) -> dict[str, Any]:
    """Makes a cell hold exactly these lines, all or none.

    Every line that is there is named with the version that was read; one without a duration is removed.
    """
    lines = save_lines(
        staff=staff_of(request, wish.staff_id),
        row=row_of(wish),
        worked_on=wish.worked_on,
        lines=[_line(line, place) for place, line in enumerate(wish.lines)],
        by=user_of(request),
        on=today_of(request, wish.on),
    )
    return shown(request, lines)


def _line(line: LineWished, place: int) -> LineWish:
    times, minutes = line.times(), line.minutes or None
    if times is not None and times.minutes is not None:
        minutes = times.minutes
    elif line.text is not None:
        minutes = parse_minutes(line.text, field=f"lines.{place}.text")
    return LineWish(line.id, line.version, minutes, line.note, line.internal_note, times)


@routes.read("/loggable-rows", LoggableRows)
@signed_in
def list_loggable_rows(request: HttpRequest, wanted: Query[RowFilters]) -> dict[str, Any]:
    """Lists what time can be logged to: favourites first, then what was used lately. The first matches only."""
    staff = staff_of(request, wanted.staff_id)
    found = find_rows(staff, wanted.q, on=clock.today(request.user), by=user_of(request))
    return {"items": [_choice(choice) for choice in found]}


def _choice(choice: RowChoice) -> LoggableRow:
    return LoggableRow(
        task_id=choice.key.task_id,
        labor_code_id=choice.key.labor_code_id,
        work_class_id=choice.key.work_class_id,
        is_billable=choice.key.is_billable,
        name=choice.text,
        detail=choice.sub,
        is_recent=choice.group == RECENT,
        is_favourite=choice.group == FAVOURITES,
        why_closed=choice.why,
    )
