"""Entering time line by line, as programs do: a new line beside those that are there, a change to a known one."""

from datetime import date

from django.db import transaction

from core.minutes import parse_minutes
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import CellChanged, check_may_record, open_day
from timesheets.models import TimeEntry
from timesheets.recording import Notes, NothingToRecord, add_line, change_line
from timesheets.rows import RowKey
from timesheets.times import Times


def enter_time(
    *,
    staff: StaffMember,
    row: RowKey,
    worked_on: date,
    by: User | None,
    on: date,
    text: str | None = None,
    minutes: int | None = None,
    note: str = "",
    internal_note: str = "",
    times: Times | None = None,
) -> TimeEntry:
    """Adds a line of its own, whatever the cell holds already. `on` is the person's today.

    `text` is read by core.minutes; `minutes` may be given instead; `times` decide where there are any. Raises
    NothingToRecord, and what `record_time`
    raises but for a changed cell.
    """
    check_may_record(by, staff)
    wanted = times.minutes if times and times.minutes else _duration(text, minutes)
    if wanted is None:
        raise NothingToRecord(field="text" if text is not None else "minutes")
    with promises(), transaction.atomic():
        day = open_day(staff, worked_on, today=on)
        return add_line(day, row, wanted, Notes(note, internal_note), by, times)


def edit_entry(
    *,
    entry: TimeEntry,
    by: User | None,
    on: date,
    version: int | None = None,
    text: str | None = None,
    minutes: int | None = None,
    note: str | None = None,
    internal_note: str | None = None,
    times: Times | None = None,
) -> TimeEntry:
    """Changes duration, times or notes of a draft or returned line; None leaves them. `version` is what was seen.

    A line with times takes its minutes from them; empty times take them away and leave the minutes.

    Raises CellChanged, NothingToRecord, and what `record_time` raises.
    """
    check_may_record(by, entry.staff)
    if times is not None and times.minutes is not None:
        text, minutes = None, times.minutes
    is_timed = text is not None or minutes is not None
    wanted = _duration(text, minutes) if is_timed else entry.worked_minutes
    if wanted is None:
        raise NothingToRecord(field="text" if text is not None else "minutes")
    with promises(), transaction.atomic():
        day = open_day(entry.staff, entry.worked_on, today=on)
        line = next((there for there in day.entries if there.pk == entry.pk), None)
        if line is None:
            raise CellChanged(entries=[])
        if version is not None and version != line.version:
            raise CellChanged(entries=[line])
        minutes = wanted if is_timed else line.worked_minutes
        return change_line(day, line, minutes, Notes(note, internal_note), by, times)


def _duration(text: str | None, minutes: int | None) -> int | None:
    return parse_minutes(text, field="text") if text is not None else (minutes or None)
