"""The week of one person, as the grid shows it: rows, cells, day totals, what is required, what is still open.

Everything is read by a constant number of statements, however many rows and lines there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce

from approvals.history import Return, last_returns, questions, waits_for_names
from core.compiled import Compiled
from core.periods import Period
from people.models import StaffMember
from timesheets.cells import Cell, CellFacts
from timesheets.days import OpenDay, note_is_required
from timesheets.models import TimeEntry, TimeRules
from timesheets.periods import needs_submission
from timesheets.ports import marks_of
from timesheets.row_facts import row_facts
from timesheets.rows import Place, RowKey, places_for
from timesheets.subjects import KIND
from timesheets.week_days import Day, days_of

State = TimeEntry.State


@dataclass
class Row:
    """One line of the grid."""

    place: Place
    # What names the lines of the row: where that is the default, too, it says whether they are billable.
    line_key: RowKey
    cells: list[Cell] = field(default_factory=list)
    # Whether the person keeps this row at hand.
    is_favourite: bool = False
    # What is left of the task's budget, of everybody's time on it; None where there is no budget or none is shown.
    minutes_left: int | None = None

    @property
    def key(self) -> RowKey:
        return self.place.key

    @property
    def is_over(self) -> bool:
        """Whether more was worked than the task's budget."""
        return self.minutes_left is not None and self.minutes_left < 0

    @cached_property
    def minutes(self) -> int:
        return sum(cell.minutes for cell in self.cells)

    @property
    def minutes_over(self) -> int:
        """What was worked above the task's budget, as a positive number."""
        return max(0, -(self.minutes_left or 0))

    @property
    def returned_cells(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.returned]


@dataclass
class Week:
    """A person's week. `rows` are those asked for; sums are of the whole week."""

    staff: StaffMember
    period: Period
    today: date
    rules: TimeRules
    days: list[Day]
    rows: list[Row] = field(default_factory=list)
    # The day that a narrow screen and the day view show; None: where typing begins.
    chosen_on: date | None = None
    # Whether whoever looks may write to locked days.
    enters_closed: bool = False
    entries: list[TimeEntry] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        return self.today in self.period

    @property
    def is_open(self) -> bool:
        """Whether any of its days takes time."""
        return any((self.enters_closed or not day.is_locked) and not day.is_too_far for day in self.days)

    @property
    def is_ahead(self) -> bool:
        """Whether it lies wholly after what may be filled in."""
        return all(day.is_too_far for day in self.days)

    @property
    def number(self) -> int:
        return self.period.last.isocalendar().week

    @cached_property
    def worked_minutes(self) -> int:
        return sum(day.minutes for day in self.days)

    @cached_property
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
    def leave_minutes(self) -> int:
        return sum(day.workday.leave_minutes for day in self.days)

    @cached_property
    def off_minutes(self) -> int:
        """Holidays and approved leave."""
        return self.holiday_minutes + self.leave_minutes

    @property
    def column_words(self) -> str:
        """What names a row, for the head of its column."""
        more = ["labor code"] * self.rules.shows_labor_code + ["class"] * self.rules.shows_class
        *first, last = ["Project", "task", *more]
        return f"{', '.join(first)} and {last}"

    @property
    def off_words(self) -> str:
        """What the row of days off is called."""
        kinds = [self.has_holidays * "holiday", any(day.workday.leave_minutes for day in self.days) * "leave"]
        return " and ".join(filter(None, kinds)).capitalize()

    @property
    def has_holidays(self) -> bool:
        return any(day.workday.holiday for day in self.days)

    @cached_property
    def total_minutes(self) -> int:
        return self.worked_minutes + self.off_minutes

    @cached_property
    def required_minutes(self) -> int:
        return sum(day.required_minutes for day in self.days)

    @cached_property
    def difference(self) -> int:
        return self.total_minutes - self.required_minutes

    @cached_property
    def drafts(self) -> list[TimeEntry]:
        return self.in_state(State.DRAFT)

    @cached_property
    def returned(self) -> list[TimeEntry]:
        return self.in_state(State.REJECTED)

    @property
    def returned_by(self) -> str:
        """Who returned lines, among the rows that were built."""
        whys = [why for row in self.rows for cell in row.cells for _, why in cell.returned]
        return " and ".join(sorted({why.by_name for why in whys if why}))

    @cached_property
    def submitted(self) -> list[TimeEntry]:
        return self.in_state(State.SUBMITTED)

    def in_state(self, state: str) -> list[TimeEntry]:
        return [entry for entry in self.entries if entry.state == state]

    @cached_property
    def noteless(self) -> list[TimeEntry]:
        """Open lines that lack a note though firm, project, task or labor code ask for one."""
        rules = self.rules
        all_need_one, least = rules.requires_notes or rules.is_dcaa, max(1, rules.note_min_length)
        return [
            entry
            for entry in (*self.drafts, *self.returned)
            if (all_need_one or entry.is_note_asked_for) and len(entry.note.strip()) < least
        ]

    @cached_property
    def state(self) -> tuple[str, str, str]:
        """Kind, icon and words of the week's state, derived from its lines; leave and holidays may cover all of it."""
        is_required = needs_submission(day.workday for day in self.days)
        return week_state({entry.state for entry in self.entries}, is_required=is_required)

    @cached_property
    def shape(self) -> str:
        """Tells what the bar below the grid shows besides sums: a page that shows the same need not get it again."""
        counts = (len(self.noteless), len(self.returned), len(self.submitted))
        return "-".join(str(part) for part in (*self.state, *counts, bool(self.drafts), bool(self.entries)))

    @property
    def first_empty_day(self) -> Day:
        """Where typing begins: the first working day without hours, else today, else the first day."""
        open_days = [day for day in self.days if not day.is_locked and not day.is_too_far]
        empty = [day for day in open_days if day.workday.required_minutes and not day.minutes]
        return next(iter([*empty, *(day for day in self.days if day.is_today), *self.days]))

    @property
    def shown_day(self) -> Day:
        """The day that a narrow screen and the day view show."""
        chosen = next((day for day in self.days if day.on == self.chosen_on), None)
        return chosen or self.first_empty_day

    @property
    def first_cell(self) -> Cell | None:
        """The cell that gets the focus."""
        day = self.shown_day
        cells = [row.cells[day.index] for row in self.rows]
        return next((cell for cell in cells if cell.is_editable), cells[0] if cells else None)


def week_state(states: Collection[str], *, is_required: bool = True) -> tuple[str, str, str]:
    """Kind, icon and words for the states of a period's lines; without lines, whether any are required."""
    found = set(states)
    if not found and not is_required:
        return "ok", "beach", "Not required"
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


NOTE_IS_ASKED_FOR = (
    Q(project__requires_notes=True) | Q(task__requires_notes=True) | Q(labor_code__requires_notes=True)
)
LINES: Compiled[TimeEntry] = Compiled(
    lambda staff_id, first, last: (
        TimeEntry.objects.filter(staff=staff_id)
        .between(first, last)
        .annotate(is_note_asked_for=Coalesce(Case(When(NOTE_IS_ASKED_FOR, then=True)), False))  # type: ignore[no-redef]
        .order_by("pk")
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
    chosen_on: date | None = None,
    enters_closed: bool = False,
) -> Week:
    """The week with its rows: those with time, last week's in the current week, and the `added` ones.

    `hidden` rows are left out while they are blank. `only` builds just these rows, for the answer to a saved cell;
    the sums are of the whole week all the same. `opened` is a day of the week that was just written to: what it knows
    is not read again. `chosen_on` is the day to show where there is room for one. With `enters_closed`
    locked days can be typed into. At most 10 statements.
    """
    rules = rules or TimeRules.objects.get(pk=1)
    week = Week(staff, period, today, rules, days_of(staff, period, today, rules))
    week.chosen_on, week.enters_closed = chosen_on, enters_closed
    with_last_week = only is None and week.is_current
    first = period.previous().first if with_last_week else period.first
    lines = opened.week_entries if opened else LINES(staff_id=staff.pk, first=first, last=period.last)
    week.entries = [entry for entry in lines if entry.worked_on in period]
    for entry in week.entries:
        day = week.days[(entry.worked_on - period.first).days]
        day.minutes += entry.worked_minutes
        day.has_returned = day.has_returned or entry.state == State.REJECTED
    if only is not None:
        wanted = [key.shown(rules) for key in only]
        known = opened.places if opened else {}
        places = known if known.keys() >= set(wanted) else places_for(staff, wanted)
        _add_rows(week, [places[key] for key in wanted if key in places], asks=False)
        return week
    present = _keys(week.entries, rules)
    last_week = [key for key in _keys(lines, rules) if key not in present]
    asked = [key.shown(rules) for key in added]
    places = places_for(staff, [*present, *last_week, *asked])
    keys_present = {places[key].key for key in present}
    kept = [places[key] for key in last_week if places[key].refusal is None]
    new = {places[key].key: places[key] for key in asked if key in places}
    blank_and_hidden = set(hidden) - keys_present
    there = {place.key: place for place in (*(places[key] for key in present), *kept) if place.key not in new}
    ordered = [*sorted(there.values(), key=_order), *new.values()]
    _add_rows(week, [place for place in ordered if place.key not in blank_and_hidden], asks=True)
    add_facts(week)
    return week


def add_facts(week: Week) -> None:
    """Which rows the person keeps at hand and, where the firm shows it, what is left of budgets. One statement."""
    tasks = {row.place.task.pk: row.place.task.budget_minutes for row in week.rows}
    budgets = {pk: budget for pk, budget in tasks.items() if budget is not None and week.rules.shows_budget}
    favourites, used = row_facts(week.staff, budgets)
    for row in week.rows:
        row.is_favourite = row.key in favourites
        budget = budgets.get(row.place.task.pk)
        row.minutes_left = None if budget is None else budget - used.get(row.place.task.pk, 0)


def _keys(entries: Sequence[TimeEntry], rules: TimeRules) -> list[RowKey]:
    return list(dict.fromkeys(RowKey.of_entry(entry, rules) for entry in entries))


def _order(place: Place) -> tuple[str, int, str, str, str, bool]:
    task = place.task
    code = place.labor_code.name if place.labor_code else ""
    work_class = place.work_class.name if place.work_class else ""
    is_other = place.key.is_billable is not None
    return place.project.name.casefold(), task.position, task.name.casefold(), code, work_class, is_other


def _add_rows(week: Week, places: Iterable[Place], *, asks: bool) -> None:
    """Builds the week's rows for these places, each once."""
    rows = {key: Row(place, key) for place in places for key in [place.key_of_lines(week.rules)]}
    by_cell: dict[tuple[RowKey, date], list[TimeEntry]] = defaultdict(list)
    for entry in week.entries:
        key = RowKey.of_entry(entry, week.rules)
        if key in rows:
            by_cell[key, entry.worked_on].append(entry)
    facts = _facts([entry for entries in by_cell.values() for entry in entries], asks=asks)
    for key, row in rows.items():
        needs_note = note_is_required(week.rules, row.place)
        for day in week.days:
            row.cells.append(
                Cell(
                    place=row.place,
                    day=day,
                    entries=by_cell.get((key, day.on), []),
                    facts=facts,
                    is_locked=day.is_locked and not week.enters_closed,
                    needs_note=needs_note,
                )
            )
    week.rows = list(rows.values())


def _facts(entries: Sequence[TimeEntry], *, asks: bool) -> CellFacts:
    """What approvals and the rooms above know of the shown lines; nothing is asked about lines in other states.

    Open questions only when it `asks`: the answer to a saved cell shows no waiting lines.
    """
    returned: dict[int, Return] = last_returns(KIND, [e.pk for e in entries if e.state == State.REJECTED])
    submitted = [e.pk for e in entries if e.state == State.SUBMITTED]
    waits_for = waits_for_names(KIND, submitted) if submitted else {}
    asked = questions(KIND, submitted) if submitted and asks else {}
    return CellFacts(
        marks_of([e.pk for e in entries if e.state == State.APPROVED]),
        returned,
        waits_for,
        {pk: said[-1] for pk, said in asked.items() if not said[-1].is_answer},
    )
