"""A person's day, opened for writing: locked, so that the sum of its lines and its cells stay true."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from django.db import connection

from core.compiled import loaded
from core.errors import Conflict, NotAllowed, Refusal
from core.minutes import DAY_MINUTES, format_decimal
from core.periods import week_of
from core.prepared import prepared_cursor
from people.access import has_right
from people.models import StaffMember, User
from projects.models import LaborCode, Project, Task
from timesheets.access import RECORD_FOR_OTHERS, can_record
from timesheets.models import TimeEntry, TimeRules
from timesheets.reasons import enter_closed, holds_right, keep, may_enter_closed, reason_for
from timesheets.rows import Place, RowKey, place_for

State = TimeEntry.State
OPEN_STATES = (State.DRAFT, State.REJECTED)


class StaffIsInactive(Refusal):
    sentence = "{name} is not active any more, so no time can be recorded."


class DayIsLocked(Refusal):
    """The firm has closed this day."""

    sentence = "{day} is locked. Ask whoever closes the months of your firm to open it."


class DayIsInFuture(Refusal):
    sentence = "{day} is after this week. Time is recorded up to the end of the current week."


class ReasonIsNeeded(Refusal):
    """Rules of government contracts: a line that is entered or changed after its day says why. Facts: `on`."""

    sentence = "{day} is over. Say why its time is entered or changed now."


class NoteIsMissing(Refusal):
    """The firm, project, task or labor code asks for a note when a line is saved."""


class DayIsFull(Refusal):
    """The lines of the day would add up to more than 24 hours."""

    sentence = "That makes {total} h on {day}, and a day has 24."


class LineIsNotOpen(Refusal):
    """The line was submitted or approved."""


class CellChanged(Conflict):
    """The cell is not what the person saw. Facts: `entries`, the lines that are there now."""

    sentence = "This cell was changed meanwhile."


def day_words(on: date) -> str:
    """Wed 25 Nov."""
    return f"{on:%a} {on.day} {on:%b}"


@dataclass
class OpenDay:
    """One day of one person under lock: nobody else writes to it until the transaction ends.

    `other_entries` are those of the other days of its week, as they were when the day was opened.
    """

    staff: StaffMember
    on: date
    rules: TimeRules
    entries: list[TimeEntry] = field(default_factory=list)
    other_entries: list[TimeEntry] = field(default_factory=list)
    # What was read of rows so far.
    places: dict[RowKey, Place] = field(default_factory=dict)
    # Microseconds of the clock when the lines were read, under the lock: a later one has read more.
    stamp: int = field(default_factory=lambda: time.time_ns() // 1000)
    # Lines that were brought back in this transaction.
    restored_ids: set[int] = field(default_factory=set)

    @property
    def week_entries(self) -> list[TimeEntry]:
        """The lines of the whole week, oldest first."""
        return sorted([*self.entries, *self.other_entries], key=lambda entry: entry.pk)

    def lines_of(self, row: RowKey) -> list[TimeEntry]:
        """The lines in one cell, oldest first."""
        wanted = row.shown(self.rules)
        if self.rules.shows_billable and row.is_billable is None:
            wanted = self.place(row).key_of_lines(self.rules)
        return [entry for entry in self.entries if RowKey.of_entry(entry, self.rules) == wanted]

    def place(self, row: RowKey) -> Place:
        """The row's place. Raises NoSuchRow."""
        if row not in self.places:
            self.places[row] = place_for(self.staff, row)
        return self.places[row]

    def place_of(self, entry: TimeEntry) -> Place:
        """The place of a line that is there."""
        key = RowKey.of_entry(entry, self.rules)
        known = (place for place in self.places.values() if place.key_of_lines(self.rules) == key)
        return next(known, None) or self.place(key)

    def check_sum(self, more: int) -> None:
        """Raises DayIsFull if `more` minutes on top of what is there pass 24 hours."""
        total = sum(entry.worked_minutes for entry in self.entries) + more
        if more > 0 and total > DAY_MINUTES:
            raise DayIsFull(total=format_decimal(total), day=day_words(self.on), field="text")


def check_may_record(by: User | None, staff: StaffMember) -> None:
    """Raises NotAllowed unless the person may record this person's time."""
    if not can_record(by, staff):
        raise NotAllowed(why_not_record(by))


def why_not_record(by: User | None) -> str:
    """Why somebody may not record another person's time."""
    if has_right(by, RECORD_FOR_OTHERS):
        return "Under the rules of government contracts everybody records their own time."
    return "You record your own time only. Ask the owner of your firm for the right."


# Of the locks only the day that counts is asked for.
RULES = [
    column.attname
    for column in TimeRules._meta.concrete_fields
    if column.attname not in ("locked_by_hand_through", "locked_by_grace_through")
]
PEOPLE = [column.attname for column in StaffMember._meta.concrete_fields]
# The rules come along with the lock. Days that are locked while this waits are refused by the database itself.
LOCKED = f"""
SELECT {", ".join(f"staff.{name}" for name in PEOPLE)}, {", ".join(f"rules.{name}" for name in RULES)}
FROM people_staffmember staff JOIN timesheets_timerules rules ON rules.id = 1
WHERE staff.id = %s FOR NO KEY UPDATE OF staff
"""
# The day's lines under lock, and the rest of the week without: whoever decides on other days need not wait. Whether
# their notes are asked for is looked up line by line: joins would read all projects and tasks of the firm.
COLUMNS = [column.attname for column in TimeEntry._meta.concrete_fields]
LINES = f"""
WITH day AS MATERIALIZED (
    SELECT {", ".join(COLUMNS)} FROM timesheets_timeentry WHERE staff_id = %s AND worked_on = %s ORDER BY id FOR UPDATE
), week AS (
    SELECT {", ".join(COLUMNS)} FROM day
    UNION ALL
    SELECT {", ".join(COLUMNS)} FROM timesheets_timeentry
    WHERE staff_id = %s AND worked_on BETWEEN %s AND %s AND worked_on <> %s
)
SELECT {", ".join(f"week.{name}" for name in COLUMNS)},
    (SELECT requires_notes FROM projects_project WHERE id = week.project_id)
    OR (SELECT requires_notes FROM projects_task WHERE id = week.task_id)
    OR coalesce((SELECT requires_notes FROM projects_laborcode WHERE id = week.labor_code_id), false)
FROM week
"""


def lock_person(staff: StaffMember) -> tuple[StaffMember, TimeRules]:
    """Locks the person's row until the transaction ends: all writes to their time wait for each other.

    Two first saves of the same empty cell cannot both add a line, and the 24 hours of a day hold. One statement.
    Raises StaffIsInactive.
    """
    with prepared_cursor() as cursor:
        cursor.execute(LOCKED, [staff.pk])
        (values,) = cursor.fetchall()
    locked = loaded(StaffMember, PEOPLE, values[: len(PEOPLE)])
    if not locked.is_active:
        raise StaffIsInactive(name=locked.name)
    return locked, TimeRules.from_db(connection.alias, RULES, values[len(PEOPLE) :])


def check_day(on: date, rules: TimeRules, *, today: date) -> None:
    """Raises DayIsLocked, DayIsInFuture or ReasonIsNeeded.

    Days to come within the person's current week may be filled in ahead; later ones only where the firm allows it.
    A locked day opens for whoever may enter in closed periods and has said why. Under DCAA rules no day is filled in
    ahead, and a day that is over asks for a reason.
    """
    if rules.locked_through and on <= rules.locked_through:
        if not may_enter_closed(on):
            ask = f"{day_words(on)} is locked. Say why time is entered there all the same."
            raise DayIsLocked(ask if holds_right() else "", day=day_words(on), field="text", on=on)
        enter_closed()
        keep(on)
    if rules.is_dcaa:
        _check_dcaa(on, today)
    elif not rules.allows_future and on > week_of(today, rules.week_starts_on).last:
        raise DayIsInFuture(day=day_words(on), field="text")


def _check_dcaa(on: date, today: date) -> None:
    if on > today:
        raise DayIsInFuture(
            f"{day_words(on)} is still to come. Time is recorded when it was worked.", field="text"
        )
    if on < today:
        if not reason_for(on):
            raise ReasonIsNeeded(day=day_words(on), field="reason", on=on)
        keep(on)


class Placed(Protocol):
    """What says where work belongs: a row's place, or a line."""

    @property
    def project(self) -> Project: ...
    @property
    def task(self) -> Task: ...
    @property
    def labor_code(self) -> LaborCode | None: ...


def note_is_required(rules: TimeRules, place: Placed) -> bool:
    """Whether the firm, the project, the task or the labor code asks for a note. No statement."""
    code = place.labor_code
    by_code = code is not None and code.requires_notes
    by_firm = rules.requires_notes or rules.is_dcaa
    return by_firm or place.project.requires_notes or place.task.requires_notes or by_code


def note_is_missing(rules: TimeRules, place: Placed, note: str) -> bool:
    """Whether a required note is not there, or is shorter than the firm asks for. No statement."""
    return note_is_required(rules, place) and len(note.strip()) < max(1, rules.note_min_length)


def check_note(rules: TimeRules, place: Placed, note: str) -> None:
    """Raises NoteIsMissing where notes are checked when a line is saved. No statement."""
    if rules.notes_checked == TimeRules.NotesChecked.SAVE and note_is_missing(rules, place, note):
        least = rules.note_min_length
        length = f" of at least {least} characters" if least > 1 else ""
        raise NoteIsMissing(f"{place.project.name} asks for a note{length} on every line.", field="note")


def open_day(staff: StaffMember, on: date, *, today: date) -> OpenDay:
    """Opens the day for writing. Two statements. Raises StaffIsInactive, DayIsLocked, DayIsInFuture."""
    staff, rules = lock_person(staff)
    check_day(on, rules, today=today)
    week = week_of(on, rules.week_starts_on)
    day = OpenDay(staff, on, rules)
    with prepared_cursor() as cursor:
        cursor.execute(LINES, [staff.pk, on, staff.pk, week.first, week.last, on])
        for values in sorted(cursor.fetchall()):  # by id
            line = loaded(TimeEntry, [*COLUMNS, "is_note_asked_for"], values)
            (day.entries if line.worked_on == on else day.other_entries).append(line)
    return day


def check_open(entries: Iterable[TimeEntry]) -> None:
    """Raises LineIsNotOpen if a line is submitted or approved."""
    for entry in entries:
        if entry.state == State.SUBMITTED:
            raise LineIsNotOpen(
                "This line is submitted. Recall it to change it.", field="text", entries=[entry]
            )
        if entry.state == State.APPROVED:
            raise LineIsNotOpen(
                "This line is approved. Ask for it to be returned to change it.",
                field="text",
                entries=[entry],
            )
