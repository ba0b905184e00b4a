"""A person's day, opened for writing: locked, so that the sum of its lines and its cells stay true."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Subquery

from core.compiled import Compiled, loaded
from core.errors import Conflict, NotAllowed, Refusal
from core.minutes import DAY_MINUTES, format_decimal
from core.periods import week_of
from core.prepared import prepared_cursor
from people.models import StaffMember, User
from timesheets.access import can_record
from timesheets.models import TimeEntry, TimeRules
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
    # Lines that were brought back in this transaction.
    restored_ids: set[int] = field(default_factory=set)

    @property
    def week_entries(self) -> list[TimeEntry]:
        """The lines of the whole week, oldest first."""
        return sorted([*self.entries, *self.other_entries], key=lambda entry: entry.pk)

    def lines_of(self, row: RowKey) -> list[TimeEntry]:
        """The lines in one cell, oldest first."""
        return [entry for entry in self.entries if RowKey(entry.task_id, entry.labor_code_id) == row]

    def place(self, row: RowKey) -> Place:
        """The row's place. Raises NoSuchRow."""
        if row not in self.places:
            self.places[row] = place_for(self.staff, row)
        return self.places[row]

    def check_sum(self, more: int) -> None:
        """Raises DayIsFull if `more` minutes on top of what is there pass 24 hours."""
        total = sum(entry.worked_minutes for entry in self.entries) + more
        if more > 0 and total > DAY_MINUTES:
            raise DayIsFull(total=format_decimal(total), day=day_words(self.on), field="text")


def check_may_record(by: User | None, staff: StaffMember) -> None:
    """Raises NotAllowed unless the person may record this person's time."""
    if not can_record(by, staff):
        raise NotAllowed("You record your own time only. Ask the owner of your firm for the right.")


RULES = [column.attname for column in TimeRules._meta.concrete_fields]
# The rules come along with the lock. Days that are locked while this waits are refused by the database itself.
LOCKED: Compiled[Any] = Compiled(
    lambda staff_id: (
        StaffMember.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=staff_id)
        .annotate(
            **{f"rules_{name}": Subquery(TimeRules.objects.filter(pk=1).values(name)) for name in RULES}
        )
        .order_by()
    ),
    staff_id=int,
)
# The day's lines under lock, and the rest of the week without: whoever decides on other days need not wait.
COLUMNS = [column.attname for column in TimeEntry._meta.concrete_fields]
LINES = f"""
WITH day AS MATERIALIZED (
    SELECT {", ".join(COLUMNS)} FROM timesheets_timeentry WHERE staff_id = %s AND worked_on = %s ORDER BY id FOR UPDATE
)
SELECT {", ".join(COLUMNS)} FROM day
UNION ALL
SELECT {", ".join(COLUMNS)} FROM timesheets_timeentry
WHERE staff_id = %s AND worked_on BETWEEN %s AND %s AND worked_on <> %s
"""


def lock_person(staff: StaffMember) -> tuple[StaffMember, TimeRules]:
    """Locks the person's row until the transaction ends: all writes to their time wait for each other.

    Two first saves of the same empty cell cannot both add a line, and the 24 hours of a day hold. One statement.
    Raises StaffIsInactive.
    """
    (locked,) = LOCKED(staff_id=staff.pk)
    if not locked.is_active:
        raise StaffIsInactive(name=locked.name)
    values = [getattr(locked, f"rules_{name}") for name in RULES]
    return locked, TimeRules.from_db(locked._state.db, RULES, values)


def check_day(on: date, rules: TimeRules, *, today: date) -> None:
    """Raises DayIsLocked or DayIsInFuture.

    Days to come within the person's current week may be filled in ahead; later ones only where the firm allows it.
    """
    if rules.locked_through and on <= rules.locked_through:
        raise DayIsLocked(day=day_words(on), field="text")
    if not rules.allows_future and on > week_of(today, rules.week_starts_on).last:
        raise DayIsInFuture(day=day_words(on), field="text")


def open_day(staff: StaffMember, on: date, *, today: date) -> OpenDay:
    """Opens the day for writing. Two statements. Raises StaffIsInactive, DayIsLocked, DayIsInFuture."""
    staff, rules = lock_person(staff)
    check_day(on, rules, today=today)
    week = week_of(on, rules.week_starts_on)
    day = OpenDay(staff, on, rules)
    with prepared_cursor() as cursor:
        cursor.execute(LINES, [staff.pk, on, staff.pk, week.first, week.last, on])
        for values in sorted(cursor.fetchall()):  # by id
            line = loaded(TimeEntry, COLUMNS, values)
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
