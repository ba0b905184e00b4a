"""The certified record of a person's week, or of a longer period: hours, notes, what was changed and why, signatures,
approvals. As PDF."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.template.loader import render_to_string

from approvals.models import Certification
from core.minutes import Style
from core.models import Change
from core.periods import ONE_DAY, Period, week_of
from core.printing import print_pdf
from people.letterhead import letterhead
from people.models import StaffMember
from timesheets.approvals_story import Event, story_of
from timesheets.days import day_words
from timesheets.models import SignedSubmission, TimeEntry
from timesheets.subjects import KIND

TEMPLATE = "timesheets/certified_week.html"
SHEETS = ("document.css", "document-pdf.css", "certified-week-pdf.css")


@dataclass
class RecordRow:
    """One task with its hours on the days of a week."""

    project: str
    task: str
    minutes: list[int]

    @property
    def total(self) -> int:
        return sum(self.minutes)


@dataclass
class RecordWeek:
    """One week of the record, or its part that lies in the period."""

    period: Period
    rows: list[RecordRow] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        return self.period.days()

    @property
    def day_minutes(self) -> list[int]:
        return [sum(row.minutes[index] for row in self.rows) for index in range(len(self.period))]

    @property
    def minutes(self) -> int:
        return sum(self.day_minutes)


@dataclass(frozen=True)
class Cleared:
    """A line that is not there any more."""

    at: datetime
    who: str
    words: str
    minutes: int
    note: str
    why: str


@dataclass
class Record:
    """Everything about one person's period, as it stands at an instant."""

    staff: StaffMember
    period: Period
    at: datetime
    by_name: str
    style: Style
    entries: list[TimeEntry] = field(default_factory=list)
    weeks: list[RecordWeek] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    cleared: list[Cleared] = field(default_factory=list)
    signed: list[SignedSubmission] = field(default_factory=list)
    approvals: list[Certification] = field(default_factory=list)

    @property
    def is_week(self) -> bool:
        return self.period.kind == "week"

    @property
    def minutes(self) -> int:
        return sum(week.minutes for week in self.weeks)

    @property
    def billable_minutes(self) -> int:
        return sum(entry.billable_minutes for entry in self.entries)


def record_of(
    staff: StaffMember,
    period: Period,
    *,
    by_name: str,
    at: datetime,
    week_starts_on: int = 0,
    style: Style = "decimal",
) -> Record:
    """The record of a week or another period, whose hours are told by week. Whoever asks must be allowed to see it.

    A constant number of statements.
    """
    record = Record(staff, period, at, by_name, style)
    lines = TimeEntry.objects.filter(staff=staff).between(period.first, period.last)
    related = lines.select_related("project", "task", "labor_code", "work_class")
    record.entries = list(related.order_by("worked_on", "pk"))
    record.weeks = _weeks(record, week_starts_on)
    record.events = list(reversed(story_of(lines, style)))
    record.cleared = _cleared(staff, period)
    signed = SignedSubmission.objects.filter(
        staff=staff, first_on__lte=period.last, last_on__gte=period.first
    )
    record.signed = list(signed.select_related("certification").order_by("pk"))
    ids = [entry.pk for entry in record.entries]
    decided = Certification.objects.filter(
        decisions__request__subject_kind=KIND, decisions__request__subject_id__in=ids
    )
    record.approvals = list(decided.distinct().order_by("pk"))
    return record


def certified_pdf(record: Record) -> bytes:
    """The record as a PDF, on letter paper, landscape."""
    markup = render_to_string(TEMPLATE, {"record": record, "style": record.style, **letterhead()})
    return print_pdf(markup, *SHEETS, identifier=b"certified-week")


def _weeks(record: Record, week_starts_on: int) -> list[RecordWeek]:
    """The weeks of the period, cut at its ends; of a longer period only those with time."""
    weeks, on = [], record.period.first
    while on in record.period:
        week = week_of(on, week_starts_on)
        part = week.overlap(record.period) or week
        weeks.append(RecordWeek(part, _rows(record.entries, part)))
        on = week.last + ONE_DAY
    return [week for week in weeks if week.rows]


def _rows(entries: Iterable[TimeEntry], period: Period) -> list[RecordRow]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(period))
    for entry in entries:
        if entry.worked_on not in period:
            continue
        parts = [entry.task.name, entry.labor_code, entry.work_class]
        key = (entry.project.name, " · ".join(str(part) for part in parts if part))
        sums[key][(entry.worked_on - period.first).days] += entry.worked_minutes
    return [RecordRow(project, task, minutes) for (project, task), minutes in sorted(sums.items())]


def _cleared(staff: StaffMember, period: Period) -> list[Cleared]:
    """Lines of these days that were deleted and did not come back."""
    gone = Change.objects.filter(
        table_name=TimeEntry._meta.db_table,
        new__isnull=True,
        old__staff_id=staff.pk,
        old__worked_on__gte=period.first.isoformat(),
        old__worked_on__lte=period.last.isoformat(),
    )
    changes = list(gone.select_related("action").order_by("pk"))
    there = set(
        TimeEntry.objects.filter(pk__in=[int(each.row_id) for each in changes]).values_list("pk", flat=True)
    )
    return [
        Cleared(
            at=change.at,
            who=change.action.actor_name if change.action else "somebody outside of the product",
            words=day_words(date.fromisoformat(change.old["worked_on"])),
            minutes=change.old["worked_minutes"],
            note=change.old.get("note", ""),
            why=change.action.why if change.action else "",
        )
        for change in changes
        if int(change.row_id) not in there
    ]
