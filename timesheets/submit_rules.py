"""The firm's checks at submit: what is wrong with lines of work, in words that name the row and the day.

Each check is off, warns or blocks, as the firm chose. Everything is read for many people at once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Sum

from core.minutes import DAY_MINUTES, Style, format_minutes
from core.periods import Period, week_of
from people.models import StaffMember
from projects.models import Project, Task
from staffing.required import WorkDay, workdays_for
from timesheets.budget_stops import Stop, has_stop, severity_of
from timesheets.days import day_words, note_is_missing
from timesheets.models import SubmitRule, TimeEntry, TimeRules

Kind = SubmitRule.Kind
Severity = SubmitRule.Severity


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `day` is where to look first, `entry_ids` are the lines it is about."""

    kind: str
    severity: str
    sentence: str
    day: date | None = None
    entry_ids: tuple[int, ...] = ()

    @property
    def is_block(self) -> bool:
        """Whether nothing can be submitted as long as this stands."""
        return self.severity == Severity.BLOCK


def check(
    staff: StaffMember,
    entries: Sequence[TimeEntry],
    period: Period,
    rules: TimeRules,
    *,
    days: Collection[date] | None = None,
    style: Style = "decimal",
) -> list[Finding]:
    """What is wrong with these lines of one person, blocks first, then by day. See `check_many`."""
    by_staff = None if days is None else {staff.pk: days}
    return check_many([staff], entries, period, rules, days=by_staff, style=style)[staff.pk]


def check_many(
    people: Sequence[StaffMember],
    entries: Iterable[TimeEntry],
    period: Period,
    rules: TimeRules,
    *,
    days: Mapping[int, Collection[date]] | None = None,
    style: Style = "decimal",
) -> dict[int, list[Finding]]:
    """What is wrong with these lines, by the id of their person. At most four statements, however many there are.

    `entries` are the lines that are submitted or decided on, with project, task and labor code loaded. The sums of a
    day or week are over all lines there, whatever their state. `days` (by person) are those on which too few hours
    count; left out, all days of the period.
    """
    checks = {rule.kind: rule for rule in SubmitRule.objects.all()}
    by_staff: dict[int, list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        by_staff[entry.staff_id].append(entry)
    lines = [entry for own in by_staff.values() for entry in own]
    weeks = Period(
        week_of(period.first, rules.week_starts_on).first, week_of(period.last, rules.week_starts_on).last
    )
    workdays = workdays_for(people, weeks.first, weeks.last)
    there = _lines_there(people, weeks)
    looks_at_budgets = _is_on(checks, Kind.OVER_BUDGET) or has_stop(lines)
    budgets = _over_budget(lines) if looks_at_budgets else {}
    found = {}
    for person in people:
        sheet = Sheet(
            by_staff[person.pk],
            there[person.pk],
            workdays[person.pk],
            set(period.days() if days is None else days.get(person.pk, ())),
            rules,
            budgets,
            style,
        )
        found[person.pk] = _findings(sheet, checks)
    return found


def _is_on(checks: Mapping[str, SubmitRule], kind: str) -> bool:
    return kind in checks and checks[kind].severity != Severity.OFF


def _lines_there(people: Iterable[StaffMember], weeks: Period) -> dict[int, list[TimeEntry]]:
    """All lines of these weeks, by person. Times, minutes and days only."""
    there: dict[int, list[TimeEntry]] = defaultdict(list)
    lines = TimeEntry.objects.filter(staff__in=[person.pk for person in people]).between(
        weeks.first, weeks.last
    )
    columns = ("staff_id", "worked_on", "worked_minutes", "starts_at", "ends_at", "labor_code__is_overtime")
    for line in lines.select_related("labor_code").only(*columns).order_by("pk"):
        there[line.staff_id].append(line)
    return there


def _over_budget(lines: Iterable[TimeEntry]) -> dict[int, int]:
    """By how many minutes tasks of these lines are over their budgets, by the id of the task. One statement."""
    budgets = {line.task_id: line.task.budget_minutes for line in lines}
    limits = {task_id: budget for task_id, budget in budgets.items() if budget is not None}
    if not limits:
        return {}
    used = (
        TimeEntry.objects.filter(task__in=limits)
        .order_by()
        .values_list("task")
        .annotate(minutes=Sum("worked_minutes"))
    )
    return {task_id: minutes - limits[task_id] for task_id, minutes in used if minutes > limits[task_id]}


@dataclass
class Sheet:
    """What the checks look at: one person's lines, all that is there in those weeks, and what is required."""

    entries: Sequence[TimeEntry]
    there: Sequence[TimeEntry]
    workdays: Sequence[WorkDay]
    days: set[date]
    rules: TimeRules
    over_budget: Mapping[int, int]
    style: Style = "decimal"
    by_day: dict[date, list[TimeEntry]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_day = defaultdict(list)
        for entry in self.entries:
            self.by_day[entry.worked_on].append(entry)

    @cached_property
    def minutes(self) -> dict[date, int]:
        """All that was worked, by day."""
        sums: dict[date, int] = defaultdict(int)
        for line in self.there:
            sums[line.worked_on] += line.worked_minutes
        return sums

    def week(self, on: date) -> Period:
        return week_of(on, self.rules.week_starts_on)

    def hours(self, minutes: int) -> str:
        return f"{format_minutes(minutes, self.style)} h"


# Sentence, day, lines.
Breach = tuple[str, date | None, tuple[int, ...]]


def _findings(sheet: Sheet, checks: Mapping[str, SubmitRule]) -> list[Finding]:
    found = []
    for kind, breaches in BREACHES.items():
        severity = checks[kind].severity if kind in checks else Severity.OFF
        # Daily notes are not a matter of choice under the rules of government contracts.
        if kind == Kind.NOTE_MISSING and sheet.rules.is_dcaa:
            severity = Severity.BLOCK
        if kind == Kind.OVER_BUDGET:
            found += _stops(sheet, severity)
        elif severity != Severity.OFF:
            limit = (checks[kind].limit_minutes if kind in checks else None) or DAY_MINUTES
            found += [Finding(kind, severity, *breach) for breach in breaches(sheet, limit)]
    return sorted(found, key=lambda finding: (not finding.is_block, finding.day or date.max))


def _stops(sheet: Sheet, firm: str) -> list[Finding]:
    """Tasks over their budgets, each as severe as the task or the firm wants it."""
    lines = {entry.pk: entry for entry in sheet.entries}
    found = []
    for words, on, ids in _budgets(sheet, DAY_MINUTES):
        own = [lines[pk] for pk in ids]
        severity = severity_of(own[0].task, own, firm)
        asks = own[0].task.budget_stop == Stop.COMMENT and severity == Severity.BLOCK
        if severity != Severity.OFF:
            more = " Say in the note of each line why." if asks else ""
            found.append(Finding(Kind.OVER_BUDGET, severity, words + more, on, ids))
    return found


def _ids(entries: Iterable[TimeEntry]) -> tuple[int, ...]:
    return tuple(entry.pk for entry in entries)


def _row(entry: TimeEntry) -> str:
    return f"{entry.project.name}, {entry.task.name}"


def _long_days(sheet: Sheet, limit: int) -> list[Breach]:
    return [
        (
            f"{day_words(on)} has {sheet.hours(sheet.minutes[on])}, more than {sheet.hours(limit)}.",
            on,
            _ids(entries),
        )
        for on, entries in sorted(sheet.by_day.items())
        if sheet.minutes[on] > limit
    ]


def _long_weeks(sheet: Sheet, limit: int) -> list[Breach]:
    found: list[Breach] = []
    for week in sorted({sheet.week(on) for on in sheet.by_day}):
        total = sum(sheet.minutes[on] for on in week)
        if total > limit:
            lines = [entry for on in week for entry in sheet.by_day.get(on, [])]
            words = f"The week of {day_words(week.first)} has {sheet.hours(total)}, more than {sheet.hours(limit)}."
            found.append((words, lines[-1].worked_on, _ids(lines)))
    return found


def _overtime(sheet: Sheet, limit: int) -> list[Breach]:
    """Weeks with more regular hours than the limit: work of a labor code of overtime is not regular."""
    regular: dict[Period, int] = defaultdict(int)
    for line in sheet.there:
        if not _is_overtime(line):
            regular[sheet.week(line.worked_on)] += line.worked_minutes
    found: list[Breach] = []
    for week in sorted({sheet.week(on) for on in sheet.by_day}):
        over = regular[week] - limit
        lines = [entry for on in week for entry in sheet.by_day.get(on, []) if not _is_overtime(entry)]
        if over > 0 and lines:
            words = (
                f"The week of {day_words(week.first)} has {sheet.hours(regular[week])} of regular work, more than "
                f"{sheet.hours(limit)}: {sheet.hours(over)} need a labor code of overtime."
            )
            found.append((words, lines[-1].worked_on, _ids(lines)))
    return found


def _is_overtime(line: TimeEntry) -> bool:
    return line.labor_code is not None and line.labor_code.is_overtime


def _closed(sheet: Sheet, limit: int) -> list[Breach]:
    """Lines of a project or task that was closed, or of a labor code taken out of pick-lists, since they were typed."""
    found: list[Breach] = []
    for entry in sheet.entries:
        code = entry.labor_code
        if entry.project.state == Project.State.CLOSED:
            words = f"{entry.project.name} is closed"
        elif entry.task.state == Task.State.CLOSED:
            words = f"{_row(entry)} is closed"
        elif code is not None and not code.is_active:
            words = f"{_row(entry)} has the labor code {code.name}, which is not offered any more"
        else:
            continue
        hours = sheet.hours(entry.worked_minutes)
        found.append((f"{words}: {day_words(entry.worked_on)}, {hours}.", entry.worked_on, (entry.pk,)))
    return found


def _short_weeks(sheet: Sheet, limit: int) -> list[Breach]:
    """A week is short when its chosen days together are; the words say on which of them hours lack."""
    found: list[Breach] = []
    weeks: dict[Period, list[WorkDay]] = defaultdict(list)
    for day in sheet.workdays:
        if day.on in sheet.days:
            weeks[sheet.week(day.on)].append(day)
    for week, days in sorted(weeks.items()):
        lack = sum(day.required_minutes - sheet.minutes.get(day.on, 0) for day in days)
        if lack <= 0:
            continue
        short = [(day.on, day.required_minutes - sheet.minutes.get(day.on, 0)) for day in days]
        short = [(on, minutes) for on, minutes in short if minutes > 0]
        if len(short) == 1:
            words = f"{day_words(short[0][0])} is {sheet.hours(lack)} short."
        else:
            parts = ", ".join(f"{day_words(on)} {sheet.hours(minutes)}" for on, minutes in short)
            words = f"The week of {day_words(week.first)} is {sheet.hours(lack)} short: {parts}."
        found.append((words, short[0][0], ()))
    return found


def _missing_notes(sheet: Sheet, limit: int) -> list[Breach]:
    found: list[Breach] = []
    for entry in sheet.entries:
        if not note_is_missing(sheet.rules, entry, entry.note):
            continue
        least = sheet.rules.note_min_length
        lack = "has no note" if not entry.note.strip() else f"has a note of fewer than {least} characters"
        found.append((f"{_row(entry)} on {day_words(entry.worked_on)} {lack}.", entry.worked_on, (entry.pk,)))
    return found


def _budgets(sheet: Sheet, limit: int) -> list[Breach]:
    found: list[Breach] = []
    tasks = {entry.task_id: entry for entry in sheet.entries if entry.task_id in sheet.over_budget}
    for task_id, entry in tasks.items():
        over, budget = sheet.over_budget[task_id], entry.task.budget_minutes or 0
        words = f"{_row(entry)} is {sheet.hours(over)} over its budget of {sheet.hours(budget)}."
        lines = [line for line in sheet.entries if line.task_id == task_id]
        found.append((words, max(line.worked_on for line in lines), _ids(lines)))
    return found


def _overlaps(sheet: Sheet, limit: int) -> list[Breach]:
    found: list[Breach] = []
    wanted = set(_ids(sheet.entries))
    timed: dict[date, list[TimeEntry]] = defaultdict(list)
    for line in sheet.there:
        if line.starts_at is not None:
            timed[line.worked_on].append(line)
    for on, lines in sorted(timed.items()):
        lines.sort(key=_start)
        for number, line in enumerate(lines):
            for later in lines[number + 1 :]:
                if _start(later) < _start(line) + line.worked_minutes and wanted & {line.pk, later.pk}:
                    ids = tuple(sorted(wanted & {line.pk, later.pk}))
                    words = f"Times on {day_words(on)} overlap: {_times(line)} and {_times(later)}."
                    found.append((words, on, ids))
    return found


def _start(line: TimeEntry) -> int:
    return line.starts_at.hour * 60 + line.starts_at.minute if line.starts_at else 0


def _times(line: TimeEntry) -> str:
    return f"{line.starts_at:%H:%M}–{line.ends_at:%H:%M}" if line.ends_at else f"{line.starts_at:%H:%M}"


def _holiday_work(sheet: Sheet, limit: int) -> list[Breach]:
    found: list[Breach] = []
    for day in sheet.workdays:
        lines = sheet.by_day.get(day.on, [])
        why = day.holiday or (day.leave_name or "leave" if day.is_off else "")
        if lines and why:
            hours = sheet.hours(sum(line.worked_minutes for line in lines))
            found.append((f"{day_words(day.on)} is {why}, and {hours} were worked.", day.on, _ids(lines)))
    return found


BREACHES: dict[str, Callable[[Sheet, int], list[Breach]]] = {
    Kind.NOTE_MISSING: _missing_notes,
    Kind.DAY_HOURS: _long_days,
    Kind.WEEK_OVER: _long_weeks,
    Kind.OVERTIME: _overtime,
    Kind.WEEK_SHORT: _short_weeks,
    Kind.OVERLAP: _overlaps,
    Kind.OVER_BUDGET: _budgets,
    Kind.HOLIDAY_WORK: _holiday_work,
    Kind.CLOSED: _closed,
}
