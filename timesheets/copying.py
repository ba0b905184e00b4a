"""Copying last week: its rows alone, or rows and hours; never notes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.minutes import DAY_MINUTES
from core.periods import Period
from core.promises import promises
from people.models import StaffMember, User
from staffing.required import workdays_for
from timesheets.days import (
    DayIsLocked,
    OpenDay,
    check_day,
    check_may_record,
    check_note,
    day_words,
    lock_person,
)
from timesheets.models import TimeEntry, TimeRules
from timesheets.rating import put_rates
from timesheets.recording import Notes, new_line
from timesheets.rows import Place, RowKey, places_for


@dataclass
class CopiedRows:
    """Rows to add to the week, and rows left out, each with the reason."""

    rows: list[Place] = field(default_factory=list)
    skipped: list[tuple[Place, str]] = field(default_factory=list)


def rows_of(staff: StaffMember, first: date, last: date, rules: TimeRules) -> list[RowKey]:
    """The rows with time in these days, by project and task. One statement."""
    entries = (
        TimeEntry.objects.filter(staff=staff)
        .between(first, last)
        .order_by("project__name", "task__position", "task__name", "labor_code__name", "pk")
    )
    return list(dict.fromkeys(RowKey.of_entry(entry, rules) for entry in entries))


def copy_rows(
    *, staff: StaffMember, period: Period, present: Sequence[RowKey], by: User | None
) -> CopiedRows:
    """The rows of the period before that this one lacks. Nothing is stored: blank rows never are.

    `present` are the rows that the week shows now. Left out, with the reason: rows that are there already, closed
    projects and tasks, projects of other teams, labor codes out of use. Raises NotAllowed, and DayIsLocked when the
    whole period is locked.
    """
    check_may_record(by, staff)
    rules = TimeRules.objects.get(pk=1)
    locked_through = rules.locked_through
    if locked_through and period.last <= locked_through:
        raise DayIsLocked(day=day_words(period.last))
    before = period.previous()
    copied = CopiedRows()
    shown = set(present)
    for place in places_for(staff, rows_of(staff, before.first, before.last, rules)).values():
        if place.key in shown:
            copied.skipped.append((place, "It is in this week already."))
        elif place.refusal is not None:
            copied.skipped.append((place, place.refusal.message))
        else:
            copied.rows.append(place)
    return copied


@dataclass
class CopiedHours:
    """Lines that were written, and cells that were left out: each with its day (None: the whole row) and the reason."""

    entries: list[TimeEntry] = field(default_factory=list)
    skipped: list[tuple[Place, date | None, str]] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(entry.worked_minutes for entry in self.entries)


def copy_hours(*, staff: StaffMember, period: Period, by: User | None, on: date) -> CopiedHours:
    """Writes last week's hours, cell by cell, as drafts into the same weekdays of this period; notes stay behind.

    Left out, with the reason: rows that take no time now, cells that hold time already, days that are closed, off or
    still to come, days that would pass 24 hours, lines that need a note at once. `on` is the person's today. A
    constant number of statements. Raises NotAllowed, StaffIsInactive.
    """
    check_may_record(by, staff)
    with promises(), transaction.atomic():
        staff, rules = lock_person(staff)
        before = period.previous()
        lines = list(
            TimeEntry.objects.select_for_update()
            .filter(staff=staff)
            .between(before.first, period.last)
            .order_by("project__name", "task__position", "pk")
        )
        cells: dict[tuple[RowKey, date], int] = defaultdict(int)
        for line in lines:
            if line.worked_on < period.first:
                worked_on = line.worked_on + (period.first - before.first)
                cells[RowKey.of_entry(line, rules), worked_on] += line.worked_minutes
        target = _Target(staff, period, rules, on, [line for line in lines if line.worked_on in period])
        copied = _copied(target, places_for(staff, [row for row, _ in cells]), cells, by)
        if copied.entries:
            audit.acting("time.copy", by=by, subject=staff, minutes=copied.minutes, first_on=period.first)
            TimeEntry.objects.bulk_create(copied.entries)
    return copied


class _Target:
    """The week that is written to: what stands in it, and why a day takes nothing."""

    def __init__(
        self, staff: StaffMember, period: Period, rules: TimeRules, today: date, lines: Sequence[TimeEntry]
    ) -> None:
        self.staff, self.rules, self.today = staff, rules, today
        self.days = {day.on: day for day in workdays_for([staff], period.first, period.last)[staff.pk]}
        self.there = {(RowKey.of_entry(line, rules), line.worked_on) for line in lines}
        self.minutes: dict[date, int] = defaultdict(int)
        for line in lines:
            self.minutes[line.worked_on] += line.worked_minutes

    def refusal(self, place: Place, key: RowKey, on: date, minutes: int) -> str:
        """Why these minutes cannot be written; empty when they can."""
        day = self.days[on]
        if (key, on) in self.there:
            return "There is time already."
        if day.is_off:
            return f"{day.holiday or day.leave_name or 'A day off'}."
        if self.minutes[on] + minutes > DAY_MINUTES:
            return "The day would have more than 24 hours."
        try:
            check_day(on, self.rules, today=self.today)
            check_note(self.rules, place, "")
        except Refusal as refusal:
            return refusal.message
        return ""


def _copied(
    target: _Target, places: Mapping[RowKey, Place], cells: Mapping[tuple[RowKey, date], int], by: User | None
) -> CopiedHours:
    """The unsaved lines with their rates, and what was left out."""
    copied, rated = CopiedHours(), []
    for key in dict.fromkeys(row for row, _ in cells):
        place = places[key]
        if place.refusal is not None:
            copied.skipped.append((place, None, place.refusal.message))
            continue
        for on in sorted(on for row, on in cells if row == key):
            minutes = cells[key, on]
            why = target.refusal(place, key, on, minutes)
            if why:
                copied.skipped.append((place, on, why))
                continue
            target.minutes[on] += minutes
            day = OpenDay(target.staff, on, target.rules)
            copied.entries.append(new_line(day, place, minutes, Notes(), by))
            rated.append((copied.entries[-1], place))
    if rated:
        put_rates(rated, target.staff)
    return copied
