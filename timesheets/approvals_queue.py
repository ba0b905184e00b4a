"""The approver's queue: sheets of people or blocks of projects, what needs a look, and the lines of each.

Everything is read for all of them at once, in a constant number of statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast

from approvals.deciding import waits_for
from approvals.history import seats
from approvals.models import Request, Seat
from core.minutes import Style
from core.models import Action
from people.models import StaffMember, User
from timesheets.access import visible_to
from timesheets.approvals_facts import Calendar, Facts, calendar, facts_of, limits
from timesheets.approvals_keys import EVERYTHING, Lens, Scope, SheetKey
from timesheets.approvals_lines import Flag, Limits, Line, line_flags, overlapping
from timesheets.approvals_sheets import Queue, Sheet, over_capacity, sheet_flags
from timesheets.models import TimeEntry, TimeEntryQuerySet, TimeRules
from timesheets.subjects import KIND
from timesheets.waiting import waiting_requests

State = TimeEntry.State
RELATED = ("project__client", "task", "labor_code", "work_class")


def waiting_entries(user: User, on: date, *, mine_only: bool = False) -> TimeEntryQuerySet:
    """Lines that wait for the person, each with `submitted_at`."""
    requests = waiting_requests(user, on, mine_only=mine_only)
    own = Request.objects.waiting().filter(subject_kind=KIND, subject_id=OuterRef("pk"))
    entries = TimeEntry.objects.submitted().filter(pk__in=requests.values("subject_id"))
    return cast(TimeEntryQuerySet, entries.annotate(submitted_at=Subquery(own.values("submitted_at")[:1])))


def in_sheets(keys: Iterable[SheetKey], rules: TimeRules) -> Q:
    """The condition on lines to be of one of these sheets or blocks."""
    condition = Q(pk__in=[])
    for key in keys:
        period = key.period(rules)
        owner = Q(project=key.id) if key.lens == Lens.PROJECT else Q(staff=key.id)
        condition |= owner & Q(worked_on__range=(period.first, period.last))
    return condition


@dataclass
class Reading:
    """The waiting lines of a scope, put together by sheet, before anything else is known of them."""

    limits: Limits
    scope: Scope
    entries: Sequence[TimeEntry]
    by_key: Mapping[SheetKey, Sequence[TimeEntry]]

    @property
    def submitted(self) -> dict[int, datetime]:
        return {entry.pk: cast(Any, entry).submitted_at for entry in self.entries}

    @property
    def staff_ids(self) -> set[int]:
        return {entry.staff_id for entry in self.entries}

    def days(self) -> tuple[date, date]:
        """From the first day of the earliest sheet or period to the last of the latest. There must be a line."""
        on = [entry.worked_on for entry in self.entries]
        rules, scope = self.limits.rules, self.scope
        person = Scope(is_monthly=False)
        first = min(scope.period_of(rules, min(on)).first, person.period_of(rules, min(on)).first)
        last = max(scope.period_of(rules, max(on)).last, person.period_of(rules, max(on)).last)
        return first, last


def read(user: User, on: date, scope: Scope, *, only: SheetKey | None = None) -> Reading:
    """The lines of the scope that wait for the person. Two statements."""
    found = limits()
    cuts = Action.objects.filter(
        verb="time.cut", subject_kind=KIND, subject_id=Cast(OuterRef("pk"), CharField())
    ).order_by("-pk")
    waiting = waiting_entries(user, on, mine_only=scope.mine_only).annotate(
        cut_why=Case(
            When(billable_minutes__lt=F("worked_minutes"), then=Subquery(cuts.values("why")[:1])),
            default=Value(""),
            output_field=TextField(),
        )
    )
    if span := scope.span(found.rules):
        waiting = waiting.filter(worked_on__range=(span.first, span.last))
    if only is not None:
        waiting = waiting.filter(in_sheets([only], found.rules))
    by_task = ("task__name", "worked_on") if scope.lens == Lens.PROJECT else ("worked_on", "project__name")
    entries = _sharing(waiting.select_related(*RELATED).order_by(*by_task, "pk").iterator(chunk_size=250))
    by_key: defaultdict[SheetKey, list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        by_key[scope.key_of(entry, found.rules)].append(entry)
    return Reading(found, scope, entries, by_key)


def _sharing(entries: Iterable[TimeEntry]) -> list[TimeEntry]:
    """The lines, with one record for each project, task and labor code, however many lines name it."""
    known: dict[tuple[str, int], Any] = {}
    found = []
    for entry in entries:
        related = entry._state.fields_cache
        for name, one in related.items():
            if one is not None:
                related[name] = known.setdefault((name, one.pk), one)
        found.append(entry)
    return found


def queue(
    user: User, at: datetime, on: date, *, scope: Scope = EVERYTHING, only: SheetKey | None = None
) -> Queue:
    """The queue of a person at an instant, `on` being their today. `only` reads just that sheet or block.

    Seven statements.
    """
    reading = read(user, on, scope, only=only)
    if not reading.entries:
        return Queue([])
    first, last = reading.days()
    who = StaffMember.objects.filter(pk__in=reading.staff_ids)
    return build(reading, calendar(who, first, last), at, on, user.hours_style)


def build(reading: Reading, days: Calendar, at: datetime, on: date, style: str) -> Queue:
    """Sheets with their lines and flags. Three statements, none without lines."""
    if not reading.entries:
        return Queue([])
    for entry in reading.entries:
        entry.staff = days.people[entry.staff_id]
    facts = facts_of(reading.entries, reading.submitted, reading.limits, days)
    builder = _Builder(facts, at, on, cast(Style, style), overlapping(reading.entries))
    return Queue([builder.sheet(key, entries) for key, entries in reading.by_key.items()])


@dataclass(frozen=True)
class _Builder:
    facts: Facts
    at: datetime
    on: date
    style: Style
    overlaps: set[int]

    def sheet(self, key: SheetKey, entries: Sequence[TimeEntry]) -> Sheet:
        rules = self.facts.limits.rules
        period = key.period(rules)
        is_project = key.lens == Lens.PROJECT
        sheet = Sheet(
            of=key,
            staff=None if is_project else entries[0].staff,
            project=entries[0].project if is_project else None,
            period=period,
            lines=[self.line(entry, is_project) for entry in entries],
        )
        if not is_project:
            sheet.worked_minutes = self.facts.calendar.handed_in(key.id, period)
            sheet.required = self.facts.calendar.required(key.id, period)
            sheet.due = self.facts.calendar.required(key.id, [day for day in period if day < self.on])
            sheet.usual_minutes = self.facts.calendar.habit(key.id, period.first).week_minutes
        if sheet.submitted_at:
            sheet.days_waiting = max(0, (self.at - sheet.submitted_at).days)
        sheet.flags = sheet_flags(sheet, self.facts.limits, self.style)
        return sheet

    def line(self, entry: TimeEntry, is_project: bool) -> Line:
        days, facts = self.facts.calendar, self.facts
        period = Scope().period_of(facts.limits.rules, entry.worked_on)
        line = Line(
            entry=entry,
            is_waiting=True,
            submitted_at=facts.submitted[entry.pk],
            day_minutes=days.handed_in(entry.staff_id, [entry.worked_on]),
            workday=days.workdays[entry.staff_id].get(entry.worked_on),
            budget_left=facts.budgets.get(entry.pk),
            cut_reason=cast(Any, entry).cut_why or "",
            returned=facts.returns.get(entry.pk),
            messages=facts.messages.get(entry.pk, ()),
            is_unusual=days.habit(entry.staff_id, period.first).is_unusual(entry.project_id),
            has_overlap=entry.pk in self.overlaps,
        )
        user = entry.staff.user
        line.flags = line_flags(line, facts.limits, self.style, user.time_zone if user else "UTC")
        if is_project:
            worked, required = days.handed_in(entry.staff_id, period), days.required(entry.staff_id, period)
            if over := over_capacity(worked, required, self.style):
                line.flags.append(Flag(over.icon, f"Period {over.words}"))
        return line


def add_past(sheet: Sheet, rules: TimeRules, user: User) -> None:
    """Lines of the same sheet or block that are decided, or wait for somebody else, beside those that wait.

    Only those that the person may see. One statement, two where any waits for somebody else.
    """
    waiting = {line.entry.pk for line in sheet.lines}
    shown = (
        visible_to(user)
        .filter(in_sheets([sheet.of], rules))
        .exclude(state=State.DRAFT)
        .exclude(pk__in=waiting)
        .select_related("staff", *RELATED)
    )
    past = list(shown)
    progress = progress_of([entry.pk for entry in past if entry.state == State.SUBMITTED], user)
    sheet.lines += [
        Line(entry, is_waiting=False, submitted_at=None, progress=progress.get(entry.pk, ""))
        for entry in past
    ]
    by_task = sheet.is_project
    sheet.lines.sort(
        key=lambda line: (
            not line.is_waiting,
            line.entry.task.name if by_task else "",
            line.entry.worked_on,
            line.entry.project.name,
            line.entry.pk,
        )
    )


def progress_of(ids: Sequence[int], reader: User) -> dict[int, str]:
    """`Approved by you, waits for Finance` of lines that wait. One statement, none without lines."""
    if not ids:
        return {}
    found = {}
    for subject_id, asked in seats(KIND, ids).items():
        approved = [seat.decided_by_name for seat in asked if seat.state == Seat.State.APPROVED]
        names = ["you" if name == reader.name else name for name in dict.fromkeys(approved)]
        waits = f"waits for {waits_for([seat for seat in asked if seat.state == Seat.State.WAITING])}"
        words = f"approved by {' and '.join(names)}, {waits}" if names else waits
        found[subject_id] = words[:1].upper() + words[1:]
    return found
