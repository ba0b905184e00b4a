"""Several lines in one cell, each with its own minutes and note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import CellChanged, OpenDay, check_may_record, open_day
from timesheets.models import TimeEntry
from timesheets.recording import Notes, NothingToRecord, add_line, change_line, remove_line
from timesheets.rows import RowKey
from timesheets.times import Times


@dataclass(frozen=True)
class LineWish:
    """What one line of a cell shall be. Without `entry_id` a new one; `minutes` None removes the line.

    `times` decide the minutes where there are any; None leaves them as they are, as it does with `internal_note`.
    """

    entry_id: int | None
    version: int
    minutes: int | None
    note: str = ""
    internal_note: str | None = None
    times: Times | None = None

    @property
    def notes(self) -> Notes:
        return Notes(self.note, self.internal_note)


def save_lines(
    *, staff: StaffMember, row: RowKey, worked_on: date, lines: Sequence[LineWish], by: User | None, on: date
) -> list[TimeEntry]:
    """Makes the cell hold these lines: all or nothing. Returns the lines that are there afterwards.

    A line that is there and not named is left alone if it came meanwhile: then, and when a named one was changed
    meanwhile, nothing is written and CellChanged is raised. Submitted and approved lines may be named only unchanged.
    Raises what `record_time` raises, and NothingToRecord for a note without a duration.
    """
    check_may_record(by, staff)
    with promises(), transaction.atomic():
        day = open_day(staff, worked_on, today=on)
        there = {entry.pk: entry for entry in day.lines_of(row)}
        named = {wish.entry_id: wish for wish in lines if wish.entry_id is not None}
        if named.keys() != there.keys() or any(there[pk].version != named[pk].version for pk in there):
            raise CellChanged(entries=list(there.values()))
        # Removing first makes room within the 24 hours for what grows.
        for pk, wish in named.items():
            if wish.minutes is None:
                remove_line(there[pk], by)
                day.entries.remove(there[pk])
        for wish in lines:
            _write(day, row, wish, there, by)
        return day.lines_of(row)


def _write(day: OpenDay, row: RowKey, wish: LineWish, there: dict[int, TimeEntry], by: User | None) -> None:
    if wish.entry_id is None:
        if wish.minutes is None:
            if wish.note.strip() or (wish.internal_note or "").strip():
                raise NothingToRecord(field="text")
            return
        add_line(day, row, wish.minutes, wish.notes, by, wish.times)
    elif wish.minutes is not None:
        change_line(day, there[wish.entry_id], wish.minutes, wish.notes, by, wish.times)
