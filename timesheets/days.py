"""A person's day, opened for writing: locked, so that the sum of its lines and its cells stay true."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from core.errors import Conflict, NotAllowed, Refusal
from core.minutes import DAY_MINUTES, format_decimal
from core.periods import week_of
from people.models import StaffMember, User
from timesheets.access import can_record
from timesheets.models import TimeEntry, TimeRules
from timesheets.rows import RowKey

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
    """One day of one person under lock: nobody else writes to it until the transaction ends."""

    staff: StaffMember
    on: date
    rules: TimeRules
    entries: list[TimeEntry] = field(default_factory=list)
    # Lines that were brought back in this transaction.
    restored_ids: set[int] = field(default_factory=set)

    def lines_of(self, row: RowKey) -> list[TimeEntry]:
        """The lines in one cell, oldest first."""
        return [entry for entry in self.entries if RowKey(entry.task_id, entry.labor_code_id) == row]

    def check_sum(self, more: int) -> None:
        """Raises DayIsFull if `more` minutes on top of what is there pass 24 hours."""
        total = sum(entry.worked_minutes for entry in self.entries) + more
        if more > 0 and total > DAY_MINUTES:
            raise DayIsFull(total=format_decimal(total), day=day_words(self.on), field="text")


def check_may_record(by: User | None, staff: StaffMember) -> None:
    """Raises NotAllowed unless the person may record this person's time."""
    if not can_record(by, staff):
        raise NotAllowed("You record your own time only. Ask the owner of your firm for the right.")


def lock_person(staff: StaffMember) -> tuple[StaffMember, TimeRules]:
    """Locks the person's row until the transaction ends: all writes to their time wait for each other.

    Two first saves of the same empty cell cannot both add a line, and the 24 hours of a day hold. Raises
    StaffIsInactive.
    """
    staff = StaffMember.objects.select_for_update(no_key=True).get(pk=staff.pk)
    if not staff.is_active:
        raise StaffIsInactive(name=staff.name)
    return staff, TimeRules.objects.get(pk=1)


def check_day(on: date, rules: TimeRules, *, today: date) -> None:
    """Raises DayIsLocked or DayIsInFuture.

    Days to come within the person's current week may be filled in ahead; later ones only where the firm allows it.
    """
    if rules.locked_through and on <= rules.locked_through:
        raise DayIsLocked(day=day_words(on), field="text")
    if not rules.allows_future and on > week_of(today, rules.week_starts_on).last:
        raise DayIsInFuture(day=day_words(on), field="text")


def open_day(staff: StaffMember, on: date, *, today: date) -> OpenDay:
    """Opens the day for writing. Three statements. Raises StaffIsInactive, DayIsLocked, DayIsInFuture."""
    staff, rules = lock_person(staff)
    check_day(on, rules, today=today)
    entries = TimeEntry.objects.select_for_update().filter(staff=staff, worked_on=on).order_by("pk")
    return OpenDay(staff, on, rules, list(entries))


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
