"""Recording time: one cell of the week at a time."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from core import audit
from core.errors import Refusal
from core.minutes import parse_minutes
from core.prepared import prepared_cursor
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import (
    CellChanged,
    OpenDay,
    check_may_record,
    check_open,
    open_day,
)
from timesheets.models import TimeEntry
from timesheets.rating import put_rates
from timesheets.rows import Place, RowKey


class SeveralLines(CellChanged):
    """The cell holds several lines; a total never overwrites them."""

    sentence = "This cell has {count} entries. Open the list to change them."


class NothingToRecord(Refusal):
    """A new line needs a duration."""

    sentence = "Type a duration, such as 1.5, 1:30, 90m or 1h30m."


def record_time(
    *,
    staff: StaffMember,
    row: RowKey,
    worked_on: date,
    by: User | None,
    on: date,
    text: str | None = None,
    minutes: int | None = None,
    note: str | None = None,
    version: int = 0,
    entry_id: int | None = None,
) -> TimeEntry | None:
    """Sets the cell of a row and a day; empty or zero clears it. Returns the line, or None for a cleared cell.

    `text` is read by core.minutes; `minutes` may be given instead. `note` None leaves the note as it is. `version` is
    that of the line the person saw, 0 for an empty cell; `entry_id` tells two lines of the same version apart. `on` is
    the person's today. A returned line stays returned until it is submitted again; its rate stays as resolved.

    Raises NotAllowed, NotADuration, StaffIsInactive, DayIsLocked, DayIsInFuture, DayIsFull, LineIsNotOpen, CellChanged
    (whose facts hold the lines that are there), NoSuchRow, LaborCodeIsInactive, and projects' ProjectIsClosed,
    TaskIsClosed, NotOnTheTeam.
    """
    saved = save_cell(
        staff=staff, row=row, worked_on=worked_on, by=by, on=on,
        text=text, minutes=minutes, note=note, version=version, entry_id=entry_id,
    )  # fmt: skip
    return saved.entry


@dataclass(frozen=True)
class SavedCell:
    """The line that a cell holds now, or None, and the day as it is now."""

    entry: TimeEntry | None
    day: OpenDay


def save_cell(
    *,
    staff: StaffMember,
    row: RowKey,
    worked_on: date,
    by: User | None,
    on: date,
    text: str | None = None,
    minutes: int | None = None,
    note: str | None = None,
    version: int = 0,
    entry_id: int | None = None,
) -> SavedCell:
    """What `record_time` does, for a page that shows the week afterwards: what was read under lock comes along."""
    check_may_record(by, staff)
    wanted = parse_minutes(text, field="text") if text is not None else (minutes or None)
    with promises(), transaction.atomic():
        day = open_day(staff, worked_on, today=on)
        line = _seen_line(day, row, wanted, note, version, entry_id)
        if line is None:
            return SavedCell(None if wanted is None else add_line(day, row, wanted, note or "", by), day)
        if wanted is not None:
            return SavedCell(change_line(day, line, wanted, line.note if note is None else note, by), day)
        remove_line(line, by)
        day.entries.remove(line)
        return SavedCell(None, day)


def _seen_line(
    day: OpenDay, row: RowKey, wanted: int | None, note: str | None, version: int, entry_id: int | None
) -> TimeEntry | None:
    """The line that the person saw in the cell. Raises CellChanged if there is another state of things by now."""
    lines = day.lines_of(row)
    if len(lines) > 1:
        raise SeveralLines(count=len(lines), entries=lines)
    line = lines[0] if lines else None
    check_open(lines)
    if (line.version if line else 0) == version and entry_id in (None, line.pk if line else None):
        return line
    # What was asked for is there already: the answer to an earlier try was lost on its way.
    is_done = (line.worked_minutes if line else None) == wanted and note in (None, line.note if line else "")
    if not is_done:
        raise CellChanged(entries=lines)
    return line


def add_line(day: OpenDay, row: RowKey, minutes: int, note: str, by: User | None) -> TimeEntry:
    """Adds a line to an opened day."""
    place = day.place(row)
    if place.refusal is not None:
        raise place.refusal
    day.check_sum(minutes)
    entry = new_line(day, place, minutes, note, by)
    put_rates([(entry, place)], day.staff)
    _insert(entry)
    audit.acting("time.record", by=by, subject=entry, minutes=minutes, worked_on=day.on)
    day.entries.append(entry)
    return entry


WRITTEN = [
    column.attname
    for column in TimeEntry._meta.concrete_fields
    if column.attname not in ("id", "created_at", "updated_at")
]
INSERT = f"""
INSERT INTO timesheets_timeentry ({", ".join(WRITTEN)}, updated_at) VALUES ({", ".join(["%s"] * len(WRITTEN))}, now())
RETURNING id, created_at, updated_at
"""


def _insert(entry: TimeEntry) -> None:
    """What `save` does for a new line, by a statement that is planned once."""
    with prepared_cursor() as cursor:
        cursor.execute(INSERT, [getattr(entry, name) for name in WRITTEN])
        entry.pk, entry.created_at, entry.updated_at = cursor.fetchone()
    entry._state.adding, entry._state.db = False, connection.alias


def new_line(day: OpenDay, place: Place, minutes: int, note: str, by: User | None) -> TimeEntry:
    """An unsaved line without a rate."""
    return TimeEntry(
        staff=day.staff,
        project=place.project,
        task=place.task,
        labor_code=place.labor_code,
        worked_on=day.on,
        worked_minutes=minutes,
        billable_minutes=0,
        is_billable=place.is_billable,
        note=note.strip(),
        recorded_by_name=by.name if by else "",
    )


def change_line(day: OpenDay, line: TimeEntry, minutes: int, note: str, by: User | None) -> TimeEntry:
    """Sets minutes and note of a draft or returned line. The rate stays: nothing it depends on has changed."""
    check_open([line])
    note = note.strip()
    if minutes == line.worked_minutes and note == line.note:
        return line
    place = day.place(RowKey(line.task_id, line.labor_code_id))
    if place.refusal is not None and minutes != line.worked_minutes:
        raise place.refusal
    day.check_sum(minutes - line.worked_minutes)
    audit.acting("time.edit", by=by, subject=line)
    if minutes != line.worked_minutes:
        line.worked_minutes = minutes
        line.billable_minutes = minutes if line.is_billable else 0
    line.note = note
    line.version += 1
    line.recorded_by_name = by.name if by else ""
    line.save(
        update_fields=[
            "worked_minutes",
            "billable_minutes",
            "note",
            "version",
            "recorded_by_name",
            "updated_at",
        ]
    )
    return line


def remove_line(line: TimeEntry, by: User | None) -> None:
    """Deletes a draft or returned line; the audit keeps what it was, and `restoring` brings it back."""
    check_open([line])
    audit.acting("time.clear", by=by, subject=line, minutes=line.worked_minutes, worked_on=line.worked_on)
    line.delete()
