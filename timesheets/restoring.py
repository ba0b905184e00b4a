"""Bringing back lines that were just cleared: the inverse of clearing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db import transaction

from core import audit
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import CellChanged, OpenDay, check_may_record, open_day
from timesheets.models import TimeEntry
from timesheets.rating import put_rates
from timesheets.recording import new_line
from timesheets.rows import RowKey, place_for


@dataclass(frozen=True)
class ClearedLine:
    """A line as it was before it was cleared. It comes back under its own id, so that its history stays its own."""

    entry_id: int
    row: RowKey
    worked_on: date
    minutes: int
    note: str
    state: str
    version: int

    @classmethod
    def of(cls, entry: TimeEntry) -> Self:
        row = RowKey(entry.task_id, entry.labor_code_id)
        return cls(
            entry.pk,
            row,
            entry.worked_on,
            entry.worked_minutes,
            entry.note,
            entry.state,
            entry.version,
        )

    def as_json(self) -> list[Any]:
        return [
            self.entry_id,
            str(self.row),
            self.worked_on.isoformat(),
            self.minutes,
            self.note,
            self.state,
            self.version,
        ]

    @classmethod
    def from_json(cls, values: Sequence[Any]) -> Self:
        entry_id, row, worked_on, minutes, note, state, version = values
        return cls(entry_id, RowKey.parse(row), date.fromisoformat(worked_on), minutes, note, state, version)


def restore_lines(
    *, staff: StaffMember, lines: Sequence[ClearedLine], by: User | None, on: date
) -> list[TimeEntry]:
    """Brings cleared lines back, all or none. The rate is resolved anew.

    Raises CellChanged where a cell was filled again or the line is back already, and what `record_time` raises.
    """
    check_may_record(by, staff)
    with promises(), transaction.atomic():
        days: dict[date, OpenDay] = {}
        restored = []
        for line in lines:
            if line.worked_on not in days:
                days[line.worked_on] = open_day(staff, line.worked_on, today=on)
            restored.append(_restore(days[line.worked_on], line, by))
    return restored


def _restore(day: OpenDay, line: ClearedLine, by: User | None) -> TimeEntry:
    there = day.lines_of(line.row)
    if there:
        raise CellChanged("The cell was filled again meanwhile, so nothing was brought back.", entries=there)
    place = place_for(day.staff, line.row)
    if place.refusal is not None:
        raise place.refusal
    day.check_sum(line.minutes)
    entry = new_line(day, place, line.minutes, line.note, by)
    entry.pk, entry.state, entry.version = line.entry_id, line.state, line.version + 1
    put_rates([(entry, place)], day.staff)
    audit.acting("time.restore", by=by, subject=entry, minutes=line.minutes, worked_on=line.worked_on)
    entry.save(force_insert=True)
    return entry
