"""The approver's queue: sheets (one person's week of lines), what needs a look, and the lines of one sheet.

Everything is read for all sheets at once, in a constant number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import OuterRef, Q, Subquery, Sum

from approvals.history import Return, last_returns
from core.minutes import Style
from core.models import Action
from core.periods import week_of
from people.models import User
from projects.models import Task
from staffing.required import WorkDay, workdays_for
from timesheets.approvals_sheets import Line, Queue, Sheet, SheetKey, line_flags, sheet_flags
from timesheets.models import TimeEntry, TimeEntryQuerySet, TimeRules
from timesheets.subjects import KIND
from timesheets.waiting import waiting_requests

State = TimeEntry.State
SIX_DAYS = timedelta(days=6)


def waiting_entries(user: User, on: date, *, mine_only: bool = False) -> TimeEntryQuerySet:
    """Lines that wait for the person, each with `submitted_at`."""
    requests = waiting_requests(user, on, mine_only=mine_only)
    own = requests.filter(subject_id=OuterRef("pk")).values("submitted_at")[:1]
    entries = TimeEntry.objects.submitted().annotate(submitted_at=Subquery(own))
    return cast(TimeEntryQuerySet, entries.exclude(submitted_at=None))


def in_sheets(keys: Iterable[SheetKey]) -> Q:
    """The condition on lines to be of one of these sheets."""
    condition = Q(pk__in=[])
    for key in keys:
        condition |= Q(staff=key.staff_id, worked_on__range=(key.first, key.first + SIX_DAYS))
    return condition


def queue(
    user: User, at: datetime, on: date, *, mine_only: bool = False, only: SheetKey | None = None
) -> Queue:
    """The queue of a person at an instant, `on` being their today. `only` reads just that sheet. Nine statements."""
    rules = TimeRules.objects.get(pk=1)
    waiting = waiting_entries(user, on, mine_only=mine_only)
    if only is not None:
        waiting = waiting.filter(in_sheets([only]))
    # The type checker forgets the annotation.
    rows = cast(Any, waiting).values_list("pk", "staff_id", "worked_on", "submitted_at")
    submitted: dict[int, datetime] = {}
    keys: set[SheetKey] = set()
    for pk, staff_id, worked_on, submitted_at in rows:
        submitted[pk] = submitted_at
        keys.add(SheetKey(staff_id, week_of(worked_on, rules.week_starts_on).first))
    if not keys:
        return Queue([])
    entries = _entries_of(keys)
    facts = _facts(entries, rules, submitted, user.hours_style)
    lines: defaultdict[SheetKey, list[Line]] = defaultdict(list)
    for entry in entries:
        lines[SheetKey(entry.staff_id, week_of(entry.worked_on, rules.week_starts_on).first)].append(
            facts.line(entry)
        )
    return Queue([facts.sheet(found, key, at) for key, found in lines.items()])


def count_sheets(user: User, on: date, rules: TimeRules) -> int:
    """How many sheets wait for the person. One statement."""
    rows = waiting_entries(user, on).values_list("staff_id", "worked_on").distinct()
    return len({(staff_id, week_of(day, rules.week_starts_on).first) for staff_id, day in rows})


def _entries_of(keys: Collection[SheetKey]) -> list[TimeEntry]:
    """All lines of these weeks but drafts: what is decided already is shown beside what waits."""
    return list(
        TimeEntry.objects.filter(in_sheets(keys))
        .exclude(state=State.DRAFT)
        .select_related("staff__job_title", "project__client", "task", "labor_code")
        .order_by("worked_on", "project__name", "task__name", "pk")
    )


@dataclass(frozen=True)
class _Facts:
    """What was read once for all sheets, and how it makes lines and sheets."""

    rules: TimeRules
    style: Style
    submitted: Mapping[int, datetime]
    day_minutes: Mapping[tuple[int, date], int]
    workdays: Mapping[int, Mapping[date, WorkDay]]
    used: Mapping[int, int]
    returns: Mapping[int, Return]
    cuts: Mapping[int, str]

    def line(self, entry: TimeEntry) -> Line:
        budget = entry.task.budget_minutes
        line = Line(
            entry=entry,
            is_waiting=entry.pk in self.submitted,
            submitted_at=self.submitted.get(entry.pk),
            day_minutes=self.day_minutes[(entry.staff_id, entry.worked_on)],
            workday=self.workdays[entry.staff_id].get(entry.worked_on),
            budget_left=None if budget is None else budget - self.used.get(entry.task_id, 0),
            cut_reason=self.cuts.get(entry.pk, ""),
            returned=self.returns.get(entry.pk),
        )
        if line.is_waiting:
            line.flags = line_flags(line, asks_notes=self.rules.requires_notes, style=self.style)
        return line

    def sheet(self, lines: list[Line], key: SheetKey, at: datetime) -> Sheet:
        week = week_of(key.first, self.rules.week_starts_on)
        days = self.workdays[key.staff_id]
        required = sum(days[day].required_minutes for day in week.days())
        sheet = Sheet(lines[0].entry.staff, week, lines, required)
        if sheet.submitted_at:
            sheet.days_waiting = max(0, (at - sheet.submitted_at).days)
        sheet.flags = sheet_flags(sheet, self.style)
        return sheet


def _facts(
    entries: Sequence[TimeEntry], rules: TimeRules, submitted: Mapping[int, datetime], style: str
) -> _Facts:
    staff = {entry.staff_id: entry.staff for entry in entries}
    days = [entry.worked_on for entry in entries]
    first = week_of(min(days), rules.week_starts_on).first
    last = week_of(max(days), rules.week_starts_on).last
    minutes: defaultdict[tuple[int, date], int] = defaultdict(int)
    for entry in entries:
        minutes[(entry.staff_id, entry.worked_on)] += entry.worked_minutes
    workdays = workdays_for(staff.values(), first, last)
    return _Facts(
        rules=rules,
        style=cast(Style, style),
        submitted=submitted,
        day_minutes=minutes,
        workdays={pk: {day.on: day for day in found} for pk, found in workdays.items()},
        used=_used({entry.task_id for entry in entries if entry.task.budget_minutes is not None}),
        returns=last_returns(KIND, list(submitted)),
        cuts=_cut_reasons(list(submitted)),
    )


def _used(task_ids: Collection[int]) -> dict[int, int]:
    """Minutes worked on each task, in all states. One statement."""
    used = Task.objects.filter(pk__in=task_ids).annotate(used=Sum("time_entries__worked_minutes", default=0))
    return dict(used.values_list("pk", "used"))


def _cut_reasons(ids: Sequence[int]) -> dict[int, str]:
    """Why fewer minutes of a line are billed, by the last cut. One statement."""
    cuts = Action.objects.filter(
        verb="time.cut", subject_kind=KIND, subject_id__in=[str(pk) for pk in ids]
    ).order_by("pk")
    return {int(subject_id): why for subject_id, why in cuts.values_list("subject_id", "why")}
