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
    check_note,
    check_open,
    note_is_required,
    open_day,
)
from timesheets.models import TimeEntry
from timesheets.rating import put_rates
from timesheets.rows import BillableIsFixed, Place, RowKey
from timesheets.times import Times


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
    internal_note: str | None = None,
    version: int = 0,
    entry_id: int | None = None,
) -> TimeEntry | None:
    """Sets the cell of a row and a day; empty or zero clears it. Returns the line, or None for a cleared cell.

    `text` is read by core.minutes; `minutes` may be given instead. A note that is None stays as it is; `note` is what
    the client may read, `internal_note` never leaves the firm. `version` is that of the line the person saw, 0 for an
    empty cell; `entry_id` tells two lines of the same version apart. `on` is the person's today. A returned line stays
    returned until it is submitted again; its rate stays as resolved. One with times keeps its start and ends later or
    earlier.

    Raises NotAllowed, NotADuration, PassesMidnight, StaffIsInactive, DayIsLocked, DayIsInFuture, DayIsFull,
    LineIsNotOpen, CellChanged (whose facts hold the lines that are there), NoSuchRow, LaborCodeIsInactive,
    ClassIsInactive, CannotBeBillable, BillableIsFixed, and projects' ProjectIsClosed, TaskIsClosed, NotOnTheTeam.
    """
    saved = save_cell(
        staff=staff, row=row, worked_on=worked_on, by=by, on=on,
        text=text, minutes=minutes, note=note, internal_note=internal_note, version=version, entry_id=entry_id,
    )  # fmt: skip
    return saved.entry


@dataclass(frozen=True)
class Notes:
    """What a line says: to the client, and inside the firm. None leaves it as it is."""

    note: str | None = None
    internal: str | None = None

    def are_those_of(self, line: TimeEntry | None) -> bool:
        """Whether the line says this already."""
        there = (line.note, line.internal_note) if line else ("", "")
        return self.note in (None, there[0]) and self.internal in (None, there[1])


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
    internal_note: str | None = None,
    version: int = 0,
    entry_id: int | None = None,
) -> SavedCell:
    """What `record_time` does, for a page that shows the week afterwards: what was read under lock comes along."""
    check_may_record(by, staff)
    wanted = parse_minutes(text, field="text") if text is not None else (minutes or None)
    with promises(), transaction.atomic():
        day = open_day(staff, worked_on, today=on)
        notes = Notes(note, internal_note)
        line = _seen_line(day, row, wanted, notes, version, entry_id)
        if line is None:
            entry = None if wanted is None else add_line(day, row, wanted, notes, by)
            return SavedCell(entry, day)
        if wanted is not None:
            return SavedCell(change_line(day, line, wanted, notes, by), day)
        remove_line(line, by)
        day.entries.remove(line)
        return SavedCell(None, day)


def _seen_line(
    day: OpenDay, row: RowKey, wanted: int | None, notes: Notes, version: int, entry_id: int | None
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
    is_done = (line.worked_minutes if line else None) == wanted and notes.are_those_of(line)
    if not is_done:
        raise CellChanged(entries=lines)
    return line


def add_line(
    day: OpenDay, row: RowKey, minutes: int, notes: Notes, by: User | None, times: Times | None = None
) -> TimeEntry:
    """Adds a line to an opened day."""
    place = day.place(row)
    if place.refusal is not None:
        raise place.refusal
    if place.key.is_billable is not None and not day.rules.shows_billable:
        raise BillableIsFixed(field="is_billable")
    check_note(day.rules, place, notes.note or "")
    day.check_sum(minutes)
    entry = new_line(day, place, minutes, notes, by, times)
    put_rates([(entry, place)], day.staff)
    _insert(entry)
    audit.acting("time.record", by=by, subject=entry, minutes=minutes, worked_on=day.on)
    day.entries.append(entry)
    return entry


def entered_by(by: User | None, staff: StaffMember) -> str:
    """The name of somebody who writes another person's time; empty for the person."""
    return "" if by is None or by.staff_member == staff else by.name


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


def new_line(
    day: OpenDay, place: Place, minutes: int, notes: Notes, by: User | None, times: Times | None = None
) -> TimeEntry:
    """An unsaved line without a rate."""
    times = times or Times()
    line = TimeEntry(
        staff=day.staff,
        project=place.project,
        task=place.task,
        labor_code=place.labor_code,
        work_class=place.work_class,
        worked_on=day.on,
        worked_minutes=minutes,
        billable_minutes=0,
        is_billable=place.is_billable,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        note=(notes.note or "").strip(),
        internal_note=(notes.internal or "").strip(),
        recorded_by_name=by.name if by else "",
        entered_by_name=entered_by(by, day.staff),
    )
    line.is_note_asked_for = note_is_required(day.rules, place)
    return line


CHANGED = [
    "worked_minutes", "billable_minutes", "starts_at", "ends_at", "note", "internal_note", "version",
    "recorded_by_name", "entered_by_name",
]  # fmt: skip


def change_line(
    day: OpenDay, line: TimeEntry, minutes: int, notes: Notes, by: User | None, times: Times | None = None
) -> TimeEntry:
    """Sets what a draft or returned line holds. The rate stays: nothing it depends on has changed.

    Without `times` a line that has them keeps its start. Raises what says that no time can be logged to its row where
    the minutes change, and PassesMidnight.
    """
    check_open([line])
    if times is None:
        times = Times(line.starts_at, line.ends_at).lasting(minutes)
    note = line.note if notes.note is None else notes.note.strip()
    internal = line.internal_note if notes.internal is None else notes.internal.strip()
    wanted = (minutes, times.starts_at, times.ends_at, note, internal)
    if wanted == (line.worked_minutes, line.starts_at, line.ends_at, line.note, line.internal_note):
        return line
    place = day.place_of(line)
    if place.refusal is not None and minutes != line.worked_minutes:
        raise place.refusal
    check_note(day.rules, place, note)
    day.check_sum(minutes - line.worked_minutes)
    audit.acting("time.edit", by=by, subject=line)
    if minutes != line.worked_minutes:
        line.billable_minutes = minutes if line.is_billable else 0
    line.worked_minutes, line.starts_at, line.ends_at, line.note, line.internal_note = wanted
    line.version += 1
    line.recorded_by_name = by.name if by else ""
    line.entered_by_name = entered_by(by, day.staff) or line.entered_by_name
    _update(line)
    return line


UPDATE = f"""
UPDATE timesheets_timeentry SET {", ".join(f"{name} = %s" for name in CHANGED)} WHERE id = %s
RETURNING updated_at
"""


def _update(line: TimeEntry) -> None:
    """What `save` does for a changed line, by a statement that is planned once."""
    with prepared_cursor() as cursor:
        cursor.execute(UPDATE, [*(getattr(line, name) for name in CHANGED), line.pk])
        (line.updated_at,) = cursor.fetchone()


def remove_line(line: TimeEntry, by: User | None) -> None:
    """Deletes a draft or returned line; the audit keeps what it was, and `restoring` brings it back."""
    check_open([line])
    audit.acting("time.clear", by=by, subject=line, minutes=line.worked_minutes, worked_on=line.worked_on)
    line.delete()
