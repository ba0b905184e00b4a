"""The week of one person, as the grid shows it: rows, cells, day totals, what is required, what is still open.

Everything is read by a constant number of statements, however many rows and lines there are.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from approvals.history import Return, last_returns, waits_for_names
from core.compiled import Compiled
from core.periods import Period, week_of
from people.models import StaffMember
from staffing.required import WorkDay, workdays_for
from timesheets.cells import Cell, CellFacts
from timesheets.days import OpenDay
from timesheets.models import TimeEntry, TimeRules
from timesheets.ports import marks_of
from timesheets.rows import Place, RowKey, places_for
from timesheets.subjects import KIND

State = TimeEntry.State


@dataclass
class Day:
    """One column. `minutes` are worked, `holiday` counts toward what the pattern asks for."""

    on: date
    index: int
    workday: WorkDay
    is_today: bool
    is_past: bool
    is_locked: bool
    is_too_far: bool
    minutes: int = 0
    has_returned: bool = False

    @property
    def name(self) -> str:
        """wed: names the column in classes."""
        return f"{self.on:%a}".lower()

    @property
    def total_minutes(self) -> int:
        """Worked and holiday."""
        return self.minutes + self.workday.holiday_minutes

    @property
    def required_minutes(self) -> int:
        return self.workday.pattern_minutes

    @property
    def difference(self) -> int:
        return self.total_minutes - self.required_minutes

    @property
    def missing(self) -> int:
        """What is short, as a positive number."""
        return max(0, -self.difference)

    @property
    def is_met(self) -> bool:
        """Whether the required hours are there; never on a free day."""
        return self.required_minutes > 0 and self.difference >= 0

    @property
    def is_short(self) -> bool:
        """Too few hours on a day that has come."""
        return self.required_minutes > 0 and self.difference < 0 and (self.is_past or self.is_today)

    @property
    def is_ahead(self) -> bool:
        """A day still to come, with hours open."""
        return self.required_minutes > 0 and self.difference < 0 and not (self.is_past or self.is_today)

    @property
    def css(self) -> str:
        """The classes of the column's cells."""
        off = "off" if self.workday.holiday or self.is_locked else "" if self.workday.is_workday else "rest"
        return " ".join(filter(None, [f"d-{self.name}", "today" if self.is_today else "", off]))


@dataclass
class Row:
    """One line of the grid."""

    place: Place
    cells: list[Cell] = field(default_factory=list)

    @property
    def key(self) -> RowKey:
        return self.place.key

    @property
    def minutes(self) -> int:
        return sum(cell.minutes for cell in self.cells)

    @property
    def returned_cells(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.returned]

    @property
    def is_blank(self) -> bool:
        return not any(cell.entries for cell in self.cells)

    @property
    def open_entries(self) -> list[TimeEntry]:
        """Lines that can still be moved or cleared."""
        return [entry for cell in self.cells if not cell.is_day_closed for entry in cell.open_entries]

    @property
    def open_versions(self) -> str:
        return ",".join(f"{entry.pk}.{entry.version}" for entry in self.open_entries)


@dataclass
class Week:
    """A person's week. `rows` are those asked for; sums are of the whole week."""

    staff: StaffMember
    period: Period
    today: date
    rules: TimeRules
    days: list[Day]
    rows: list[Row] = field(default_factory=list)
    entries: list[TimeEntry] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        return self.today in self.period

    @property
    def is_open(self) -> bool:
        """Whether any of its days takes time."""
        return any(not day.is_locked and not day.is_too_far for day in self.days)

    @property
    def is_ahead(self) -> bool:
        """Whether it lies wholly after what may be filled in."""
        return all(day.is_too_far for day in self.days)

    @property
    def number(self) -> int:
        return self.period.last.isocalendar().week

    @property
    def worked_minutes(self) -> int:
        return sum(day.minutes for day in self.days)

    @property
    def billable_minutes(self) -> int:
        return sum(entry.billable_minutes for entry in self.entries)

    @property
    def billable_share(self) -> str:
        """95.7 %, half-up; empty when nothing was worked."""
        worked = self.worked_minutes
        if not worked:
            return ""
        tenths = (self.billable_minutes * 2000 + worked) // (2 * worked)
        return f"{tenths // 10}.{tenths % 10} %"

    @property
    def holiday_minutes(self) -> int:
        return sum(day.workday.holiday_minutes for day in self.days)

    @property
    def has_holidays(self) -> bool:
        return any(day.workday.holiday for day in self.days)

    @property
    def total_minutes(self) -> int:
        return self.worked_minutes + self.holiday_minutes

    @property
    def required_minutes(self) -> int:
        return sum(day.required_minutes for day in self.days)

    @property
    def difference(self) -> int:
        return self.total_minutes - self.required_minutes

    @property
    def drafts(self) -> list[TimeEntry]:
        return self.in_state(State.DRAFT)

    @property
    def returned(self) -> list[TimeEntry]:
        return self.in_state(State.REJECTED)

    @property
    def returned_by(self) -> str:
        """Who returned lines, among the rows that were built."""
        whys = [why for row in self.rows for cell in row.cells for _, why in cell.returned]
        return " and ".join(sorted({why.by_name for why in whys if why}))

    @property
    def submitted(self) -> list[TimeEntry]:
        return self.in_state(State.SUBMITTED)

    def in_state(self, state: str) -> list[TimeEntry]:
        return [entry for entry in self.entries if entry.state == state]

    @property
    def noteless(self) -> list[TimeEntry]:
        """Lines that lack the note which the firm asks for."""
        if not self.rules.requires_notes:
            return []
        return [entry for entry in (*self.drafts, *self.returned) if not entry.note]

    @property
    def state(self) -> tuple[str, str, str]:
        """Kind, icon and words of the week's state, derived from its lines."""
        return week_state({entry.state for entry in self.entries})

    @property
    def first_empty_day(self) -> Day:
        """Where typing begins: the first working day without hours, else today, else the first day."""
        open_days = [day for day in self.days if not day.is_locked and not day.is_too_far]
        empty = [day for day in open_days if day.workday.required_minutes and not day.minutes]
        return next(iter([*empty, *(day for day in self.days if day.is_today), *self.days]))

    @property
    def first_cell(self) -> Cell | None:
        """The cell that gets the focus."""
        day = self.first_empty_day
        cells = [row.cells[day.index] for row in self.rows]
        return next((cell for cell in cells if cell.is_editable), cells[0] if cells else None)


def week_state(states: Collection[str]) -> tuple[str, str, str]:
    """Kind, icon and words for the states of a period's lines."""
    found = set(states)
    if State.REJECTED in found:
        words = "Returned" if found == {State.REJECTED} else "Partly returned"
        return "bad", "arrow-back-up", words
    if found == {State.APPROVED}:
        return "ok", "check", "Approved"
    if State.APPROVED in found:
        return "wait", "circle-half-2", "Partly approved"
    if found == {State.SUBMITTED}:
        return "wait", "clock", "Submitted"
    return "", "pencil", "Open"


LINES: Compiled[TimeEntry] = Compiled(
    lambda staff_id, first, last: (
        TimeEntry.objects.filter(staff=staff_id).between(first, last).order_by("pk")
    ),
    staff_id=int,
    first=date,
    last=date,
)


def week_page(
    staff: StaffMember,
    period: Period,
    today: date,
    *,
    rules: TimeRules | None = None,
    added: Sequence[RowKey] = (),
    hidden: Collection[RowKey] = (),
    only: Collection[RowKey] | None = None,
    opened: OpenDay | None = None,
) -> Week:
    """The week with its rows: those with time, last week's in the current week, and the `added` ones.

    `hidden` rows are left out while they are blank. `only` builds just these rows, for the answer to a saved cell;
    the sums are of the whole week all the same. `opened` is a day of the week that was just written to: what it knows
    is not read again. At most 10 statements.
    """
    rules = rules or TimeRules.objects.get(pk=1)
    week = Week(staff, period, today, rules, _days(staff, period, today, rules))
    with_last_week = only is None and week.is_current
    first = period.previous().first if with_last_week else period.first
    lines = opened.week_entries if opened else LINES(staff_id=staff.pk, first=first, last=period.last)
    week.entries = [entry for entry in lines if entry.worked_on in period]
    for entry in week.entries:
        day = week.days[(entry.worked_on - period.first).days]
        day.minutes += entry.worked_minutes
        day.has_returned = day.has_returned or entry.state == State.REJECTED
    present = _keys(week.entries)
    if only is not None:
        known = opened.places if opened else {}
        places = known if known.keys() >= set(only) else places_for(staff, only)
        week.rows = _rows(week, places, [key for key in only if key in places])
        return week
    last_week = [key for key in _keys(lines) if key not in present]
    places = places_for(staff, [*present, *last_week, *added])
    usable = [key for key in last_week if places[key].refusal is None]
    hidden_keys = set(hidden) - set(present)
    ordered = sorted({*present, *usable} - set(added), key=lambda key: _order(places[key]))
    keys = [key for key in [*ordered, *dict.fromkeys(added)] if key in places and key not in hidden_keys]
    week.rows = _rows(week, places, keys)
    return week


def _days(staff: StaffMember, period: Period, today: date, rules: TimeRules) -> list[Day]:
    end = week_of(today, rules.week_starts_on).last
    locked_through = rules.locked_through
    return [
        Day(
            on=workday.on,
            index=index,
            workday=workday,
            is_today=workday.on == today,
            is_past=workday.on < today,
            is_locked=locked_through is not None and workday.on <= locked_through,
            is_too_far=not rules.allows_future and workday.on > end,
        )
        for index, workday in enumerate(workdays_for([staff], period.first, period.last)[staff.pk])
    ]


def _keys(entries: Sequence[TimeEntry]) -> list[RowKey]:
    return list(dict.fromkeys(RowKey(entry.task_id, entry.labor_code_id) for entry in entries))


def _order(place: Place) -> tuple[str, int, str, str]:
    task = place.task
    code = place.labor_code.name if place.labor_code else ""
    return place.project.name.casefold(), task.position, task.name.casefold(), code


def _rows(week: Week, places: Mapping[RowKey, Place], keys: Sequence[RowKey]) -> list[Row]:
    wanted = set(keys)
    by_cell: dict[tuple[RowKey, date], list[TimeEntry]] = defaultdict(list)
    for entry in week.entries:
        key = RowKey(entry.task_id, entry.labor_code_id)
        if key in wanted:
            by_cell[key, entry.worked_on].append(entry)
    shown = [entry for entries in by_cell.values() for entry in entries]
    facts = _facts(shown)
    rows = []
    for key in keys:
        row = Row(places[key])
        for day in week.days:
            row.cells.append(
                Cell(
                    place=row.place,
                    on=day.on,
                    column=day.css,
                    index=day.index,
                    entries=by_cell.get((key, day.on), []),
                    facts=facts,
                    is_locked=day.is_locked,
                    is_too_far=day.is_too_far,
                    needs_note=week.rules.requires_notes,
                )
            )
        rows.append(row)
    return rows


def _facts(entries: Sequence[TimeEntry]) -> CellFacts:
    """What approvals and the rooms above know of the shown lines; nothing is asked about lines in other states."""
    returned: dict[int, Return] = last_returns(KIND, [e.pk for e in entries if e.state == State.REJECTED])
    submitted = [e.pk for e in entries if e.state == State.SUBMITTED]
    waits_for = waits_for_names(KIND, submitted) if submitted else {}
    return CellFacts(marks_of([e.pk for e in entries if e.state == State.APPROVED]), returned, waits_for)
