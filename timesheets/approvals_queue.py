"""The approver's queue: sheets (one person's week of lines), what needs a look, and the lines of one sheet.

Everything is read for all sheets at once, in a constant number of statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q, Sum

from approvals.approvers import waiting_for
from approvals.history import Return, last_returns
from approvals.models import Request
from core.models import Action
from core.periods import Period, week_of
from people.access import has_right
from people.models import StaffMember, User
from projects.models import Task
from staffing.required import WorkDay, workdays_for
from timesheets.access import APPROVE_ALL
from timesheets.models import TimeEntry, TimeRules
from timesheets.subjects import KIND

State = TimeEntry.State
LONG_DAY_MINUTES = 600
LATE_DAYS = 3


@dataclass(frozen=True)
class Flag:
    """One reason to look: an icon and words."""

    icon: str
    words: str


@dataclass
class Line:
    """A line of a sheet with what the approver should know about it."""

    entry: TimeEntry
    is_waiting: bool
    submitted_at: datetime | None
    flags: list[Flag] = field(default_factory=list)
    budget_left: int | None = None
    cut_reason: str = ""
    returned: Return | None = None

    @property
    def cut_minutes(self) -> int:
        """Minutes worked and not billed, of billable work."""
        return self.entry.worked_minutes - self.entry.billable_minutes if self.entry.is_billable else 0


@dataclass
class Sheet:
    """One person's week, of which at least one line waits."""

    staff: StaffMember
    week: Period
    lines: list[Line]
    required: int
    flags: list[Flag] = field(default_factory=list)
    days_waiting: int = 0

    @property
    def key(self) -> str:
        return f"{self.staff.pk}-{self.week.first.isoformat()}"

    @property
    def waiting(self) -> list[Line]:
        return [line for line in self.lines if line.is_waiting]

    @property
    def ids(self) -> list[int]:
        return [line.entry.pk for line in self.waiting]

    @property
    def waiting_minutes(self) -> int:
        return sum(line.entry.worked_minutes for line in self.waiting)

    @property
    def worked_minutes(self) -> int:
        return sum(line.entry.worked_minutes for line in self.lines)

    @property
    def billable_minutes(self) -> int:
        return sum(line.entry.billable_minutes for line in self.lines)

    @property
    def cut_minutes(self) -> int:
        return sum(line.cut_minutes for line in self.lines)

    @property
    def exceptions(self) -> int:
        return len(self.flags)

    @property
    def is_clean(self) -> bool:
        return not self.flags

    @property
    def submitted_at(self) -> datetime | None:
        return min((line.submitted_at for line in self.waiting if line.submitted_at), default=None)


@dataclass
class Queue:
    """All sheets that wait for the person, those that need a look first."""

    sheets: list[Sheet]

    @property
    def to_look_at(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if not sheet.is_clean]

    @property
    def clean(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.is_clean]

    @property
    def clean_minutes(self) -> int:
        return sum(sheet.waiting_minutes for sheet in self.clean)

    @property
    def clean_ids(self) -> list[int]:
        return [pk for sheet in self.clean for pk in sheet.ids]

    def find(self, key: str) -> Sheet | None:
        """The sheet of that key, else the first one to look at."""
        ordered = [*self.to_look_at, *self.clean]
        return next((sheet for sheet in ordered if sheet.key == key), ordered[0] if ordered else None)


def waiting_requests(user: User, on: date, *, mine_only: bool = False) -> "dict[int, datetime]":
    """When each line that waits for the person was submitted, by the id of the line. Own lines are left out."""
    decides_all = has_right(user, APPROVE_ALL) and not mine_only
    condition = waiting_for(user, on=on, decides_all=decides_all)
    found = Request.objects.filter(condition, subject_kind=KIND)
    if decides_all and user.staff_member and _others_decide(user):
        found = found.exclude(owner=user.staff_member)
    return dict(found.values_list("subject_id", "submitted_at"))


def _others_decide(user: User) -> bool:
    others = User.objects.filter(is_active=True, roles__rights__contains=[APPROVE_ALL]).exclude(pk=user.pk)
    return others.exists()


def queue(user: User, at: datetime, on: date, *, mine_only: bool = False) -> Queue:
    """The queue of a person at an instant, `on` being their today."""
    submitted = waiting_requests(user, on, mine_only=mine_only)
    rules = TimeRules.objects.get(pk=1)
    waiting = TimeEntry.objects.filter(pk__in=submitted, state=State.SUBMITTED)
    weeks = {
        (staff_id, week_of(day, rules.week_starts_on).first)
        for staff_id, day in waiting.values_list("staff_id", "worked_on")
    }
    if not weeks:
        return Queue([])
    entries = _entries_of(weeks)
    facts = _facts(entries, rules, submitted)
    sheets: defaultdict[tuple[int, date], list[Line]] = defaultdict(list)
    for entry in entries:
        key = (entry.staff_id, week_of(entry.worked_on, rules.week_starts_on).first)
        if key in weeks:
            sheets[key].append(facts.line(entry))
    made = [
        facts.sheet(lines, week_of(first, rules.week_starts_on), at) for (_, first), lines in sheets.items()
    ]
    return Queue(sorted(made, key=lambda sheet: (-len(sheet.flags), sheet.week.first, sheet.staff.name)))


def _entries_of(weeks: Iterable[tuple[int, date]]) -> list[TimeEntry]:
    """All lines of these weeks but drafts: what is decided already is shown beside what waits."""
    condition = Q()
    for staff_id, first in weeks:
        condition |= Q(staff=staff_id, worked_on__range=(first, first + timedelta(days=6)))
    return list(
        TimeEntry.objects.filter(condition)
        .exclude(state=State.DRAFT)
        .select_related("staff__job_title", "project__client", "task", "labor_code")
        .order_by("worked_on", "project__name", "task__name", "pk")
    )


@dataclass
class Facts:
    """What was read once for all sheets, and how it makes lines and sheets."""

    rules: TimeRules
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
            is_waiting=entry.pk in self.submitted and entry.state == State.SUBMITTED,
            submitted_at=self.submitted.get(entry.pk),
            budget_left=budget - self.used.get(entry.task_id, 0) if budget else None,
            cut_reason=self.cuts.get(entry.pk, ""),
            returned=self.returns.get(entry.pk),
        )
        if line.is_waiting:
            line.flags = self._flags(line)
        return line

    def _flags(self, line: Line) -> list[Flag]:
        entry, flags = line.entry, []
        total = self.day_minutes[(entry.staff_id, entry.worked_on)]
        if total > LONG_DAY_MINUTES:
            flags.append(Flag("clock-exclamation", f"{total / 60:.1f} h in one day"))
        if self.rules.requires_notes and not entry.note:
            flags.append(Flag("note-off", "No note"))
        if line.budget_left is not None and line.budget_left < 0:
            flags.append(Flag("hourglass-low", f"Task {-line.budget_left / 60:.1f} h over budget"))
        day = self.workdays.get(entry.staff_id, {}).get(entry.worked_on)
        if day is not None and not day.required_minutes:
            flags.append(Flag("calendar-exclamation", day.holiday or f"{entry.worked_on:%A}"))
        if entry.is_billable and entry.rate_amount is None:
            flags.append(Flag("tag-off", "No rate"))
        if line.returned is not None:
            flags.append(Flag("arrow-back-up", "Returned before"))
        return flags

    def sheet(self, lines: list[Line], week: Period, at: datetime) -> Sheet:
        staff = lines[0].entry.staff
        days = self.workdays.get(staff.pk, {})
        required = sum(days[day].required_minutes for day in week.days() if day in days)
        sheet = Sheet(staff, week, lines, required)
        oldest = sheet.submitted_at
        sheet.days_waiting = (at - oldest).days if oldest else 0
        sheet.flags = _summary(sheet)
        return sheet


def _summary(sheet: Sheet) -> list[Flag]:
    """The flags of the lines, counted by kind, and those of the week as a whole."""
    counted: dict[str, list[Flag]] = {}
    for line in sheet.waiting:
        for flag in line.flags:
            counted.setdefault(flag.icon, []).append(flag)
    plural = {
        "note-off": "notes missing",
        "tag-off": "lines without a rate",
        "arrow-back-up": "returned before",
        "clock-exclamation": "lines on long days",
        "hourglass-low": "lines over budget",
        "calendar-exclamation": "lines on free days",
    }
    flags = [
        found[0] if len(found) == 1 else Flag(icon, f"{len(found)} {plural[icon]}")
        for icon, found in counted.items()
    ]
    over = sheet.worked_minutes - sheet.required
    if over > 0 and sheet.required:
        flags.insert(0, Flag("clock-plus", f"{over / 60:.1f} h over required"))
    elif over < 0:
        flags.insert(0, Flag("clock-minus", f"{-over / 60:.1f} h short"))
    if sheet.days_waiting >= LATE_DAYS:
        flags.append(Flag("clock-pause", f"Waits {sheet.days_waiting} days"))
    return flags


def _facts(entries: Sequence[TimeEntry], rules: TimeRules, submitted: Mapping[int, datetime]) -> Facts:
    staff = {entry.staff_id: entry.staff for entry in entries}
    days = [entry.worked_on for entry in entries]
    first = week_of(min(days), rules.week_starts_on).first
    last = week_of(max(days), rules.week_starts_on).last
    minutes: defaultdict[tuple[int, date], int] = defaultdict(int)
    for entry in entries:
        minutes[(entry.staff_id, entry.worked_on)] += entry.worked_minutes
    ids = [entry.pk for entry in entries]
    return Facts(
        rules=rules,
        submitted=submitted,
        day_minutes=minutes,
        workdays={
            pk: {day.on: day for day in found}
            for pk, found in workdays_for(staff.values(), first, last).items()
        },
        used=_used({entry.task_id for entry in entries if entry.task.budget_minutes}),
        returns=last_returns(KIND, ids),
        cuts=_cut_reasons(ids),
    )


def _used(task_ids: Iterable[int]) -> dict[int, int]:
    """Minutes worked on each task, all states. One statement."""
    used = Task.objects.filter(pk__in=task_ids).annotate(used=Sum("time_entries__worked_minutes", default=0))
    return dict(used.values_list("pk", "used"))


def _cut_reasons(ids: Sequence[int]) -> dict[int, str]:
    """Why fewer minutes of a line are billed, by the last cut. One statement."""
    cuts = Action.objects.filter(
        verb="time.cut", subject_kind=KIND, subject_id__in=[str(pk) for pk in ids]
    ).order_by("pk")
    return {int(subject_id): why for subject_id, why in cuts.values_list("subject_id", "why")}
