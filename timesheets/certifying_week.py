"""The certified record of a person's week: hours, notes, what was changed and why, signatures, approvals. As PDF."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.template.loader import render_to_string

from approvals.models import Certification
from core.minutes import Style
from core.models import Change
from core.periods import Period
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
    """One task with its hours on the days of the week."""

    project: str
    task: str
    minutes: list[int]

    @property
    def total(self) -> int:
        return sum(self.minutes)


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
    """Everything about one person's week, as it stands at an instant."""

    staff: StaffMember
    period: Period
    at: datetime
    by_name: str
    style: Style
    entries: list[TimeEntry] = field(default_factory=list)
    rows: list[RecordRow] = field(default_factory=list)
    day_minutes: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    cleared: list[Cleared] = field(default_factory=list)
    signed: list[SignedSubmission] = field(default_factory=list)
    approvals: list[Certification] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        return self.period.days()

    @property
    def minutes(self) -> int:
        return sum(self.day_minutes)

    @property
    def billable_minutes(self) -> int:
        return sum(entry.billable_minutes for entry in self.entries)


def record_of(
    staff: StaffMember, week: Period, *, by_name: str, at: datetime, style: Style = "decimal"
) -> Record:
    """The record of the week, read by a constant number of statements. Whoever asks must be allowed to see it."""
    record = Record(staff, week, at, by_name, style)
    lines = TimeEntry.objects.filter(staff=staff).between(week.first, week.last)
    related = lines.select_related("project", "task", "labor_code", "work_class")
    record.entries = list(related.order_by("worked_on", "pk"))
    record.rows = _rows(record)
    record.day_minutes = [sum(row.minutes[index] for row in record.rows) for index in range(len(week))]
    record.events = list(reversed(story_of(lines, style)))
    record.cleared = _cleared(staff, week)
    signed = SignedSubmission.objects.filter(staff=staff, first_on__lte=week.last, last_on__gte=week.first)
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


def _rows(record: Record) -> list[RecordRow]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(record.period))
    for entry in record.entries:
        parts = [entry.task.name, entry.labor_code, entry.work_class]
        key = (entry.project.name, " · ".join(str(part) for part in parts if part))
        sums[key][(entry.worked_on - record.period.first).days] += entry.worked_minutes
    return [RecordRow(project, task, minutes) for (project, task), minutes in sorted(sums.items())]


def _cleared(staff: StaffMember, week: Period) -> list[Cleared]:
    """Lines of the week that were deleted and did not come back."""
    gone = Change.objects.filter(
        table_name=TimeEntry._meta.db_table,
        new__isnull=True,
        old__staff_id=staff.pk,
        old__worked_on__gte=week.first.isoformat(),
        old__worked_on__lte=week.last.isoformat(),
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
