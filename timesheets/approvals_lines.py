"""Lines as an approver reads them, and what is unusual about them. Nothing is read here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from approvals.history import Return
from approvals.models import Message, Request
from core.minutes import DAY_MINUTES, Style, format_minutes
from core.money import round_amount
from core.periods import date_in
from staffing.required import WorkDay
from timesheets.days import note_is_missing
from timesheets.models import TimeEntry, TimeRules

State = TimeEntry.State
# A day is long from here, whatever the firm's own limit.
LONG_DAY_MINUTES = 600
# Lines that were entered so many days after the work are late.
LATE_ENTRY_DAYS = 7

# What several flags of one kind are called together.
SEVERAL = {
    "clock-exclamation": "lines on long days",
    "note-off": "notes missing",
    "hourglass-low": "lines over budget",
    "calendar-exclamation": "lines on free days",
    "tag-off": "lines without a rate",
    "arrow-back-up": "returned before",
    "briefcase-off": "lines on unusual projects",
    "clock-pause": "lines entered late",
    "arrows-shuffle": "lines with overlapping times",
    "message-question": "questions open",
    "message-check": "questions answered",
    "clock-plus": "lines of people over capacity",
}


@dataclass(frozen=True)
class Flag:
    """One reason to look: an icon and words."""

    icon: str
    words: str


@dataclass
class Line:
    """A line with what the approver should know about it."""

    entry: TimeEntry
    is_waiting: bool
    submitted_at: datetime | None
    day_minutes: int = 0
    workday: WorkDay | None = None
    budget_left: int | None = None
    cut_reason: str = ""
    returned: Return | None = None
    messages: Sequence[Message] = ()
    is_unusual: bool = False
    has_overlap: bool = False
    # Of a line that waits for others: who approved it so far, and whom it asks.
    progress: str = ""
    flags: list[Flag] = field(default_factory=list)

    @property
    def cut_minutes(self) -> int:
        """Minutes worked and not billed, of billable work."""
        return self.entry.worked_minutes - self.entry.billable_minutes if self.entry.is_billable else 0

    @property
    def amount(self) -> Decimal | None:
        """What it would be billed at, rounded half-up; None without a rate. Only for those who may see rates."""
        entry = self.entry
        if not entry.is_billable or entry.rate_amount is None:
            return None
        return round_amount(
            entry.rate_amount * entry.billable_minutes / entry.rate_minutes, entry.rate_currency
        )

    @property
    def is_asked(self) -> bool:
        """Whether a question is open: the last word is the approver's."""
        return bool(self.messages) and not self.messages[-1].is_answer and self._is_of_this_submission

    @property
    def is_answered(self) -> bool:
        return bool(self.messages) and self.messages[-1].is_answer and self._is_of_this_submission

    @property
    def _is_of_this_submission(self) -> bool:
        return self.messages[-1].request.state == Request.State.WAITING

    def days_late(self, zone: str) -> int:
        """Days between the work and its being entered, by the owner's calendar; never negative."""
        return max(0, (date_in(zone, self.entry.created_at) - self.entry.worked_on).days)


@dataclass(frozen=True)
class Limits:
    """What the firm calls too much, in minutes."""

    rules: TimeRules
    day: int | None = None
    week: int | None = None

    def day_flag(self, minutes: int, style: Style) -> Flag | None:
        """The flag of a day's minutes: over the firm's limit, or long."""
        if self.day is not None and minutes > self.day:
            limit = format_minutes(self.day, style)
            return Flag("clock-exclamation", f"{format_minutes(minutes, style)} h in one day, limit {limit}")
        if minutes > LONG_DAY_MINUTES:
            return Flag("clock-exclamation", f"{format_minutes(minutes, style)} h in one day")
        return None


def line_flags(line: Line, limits: Limits, style: Style, zone: str) -> list[Flag]:
    """Why to look at a waiting line. Hours are written as the reader prefers."""
    entry, flags = line.entry, []
    if long_day := limits.day_flag(line.day_minutes, style):
        flags.append(long_day)
    if note_is_missing(limits.rules, entry, entry.note):
        flags.append(Flag("note-off", "Note too short" if entry.note.strip() else "No note"))
    if line.budget_left is not None and line.budget_left < 0:
        over = format_minutes(-line.budget_left, style)
        flags.append(Flag("hourglass-low", f"Task {over} h over budget"))
    if words := _free_day(line.workday, entry.worked_on):
        flags.append(Flag("calendar-exclamation", words))
    if line.is_unusual:
        flags.append(Flag("briefcase-off", "Unusual project"))
    if line.has_overlap:
        flags.append(Flag("arrows-shuffle", "Times overlap"))
    if (late := line.days_late(zone)) > LATE_ENTRY_DAYS:
        flags.append(Flag("clock-pause", f"Entered {late} days late"))
    if entry.is_billable and entry.rate_amount is None:
        flags.append(Flag("tag-off", "No rate"))
    if line.returned is not None:
        flags.append(Flag("arrow-back-up", "Returned before"))
    if line.is_asked:
        flags.append(Flag("message-question", "Question open"))
    elif line.is_answered:
        flags.append(Flag("message-check", "Question answered"))
    return flags


def _free_day(workday: WorkDay | None, on: date) -> str:
    """The holiday, the leave or the weekday on which nothing was to be worked; empty for a day of work."""
    if workday is None or workday.required_minutes:
        return ""
    return workday.holiday or workday.leave_name or f"{on:%A}"


def overlapping(entries: Iterable[TimeEntry]) -> set[int]:
    """Ids of the lines whose times of the day overlap with another one's of the same person and day."""
    by_day: dict[tuple[int, date], list[TimeEntry]] = {}
    for entry in entries:
        if entry.starts_at is not None and entry.ends_at is not None:
            by_day.setdefault((entry.staff_id, entry.worked_on), []).append(entry)
    found: set[int] = set()
    for lines in by_day.values():
        lines.sort(key=lambda entry: (entry.starts_at, entry.pk))
        last, until = lines[0], _end(lines[0])
        for line in lines[1:]:
            if _start(line) < until:
                found |= {last.pk, line.pk}
            if _end(line) > until:
                last, until = line, _end(line)
    return found


def _start(entry: TimeEntry) -> int:
    return entry.starts_at.hour * 60 + entry.starts_at.minute if entry.starts_at else 0


def _end(entry: TimeEntry) -> int:
    at = entry.ends_at
    return (at.hour * 60 + at.minute if at else 0) or DAY_MINUTES


def counted(lines: Iterable[Line]) -> list[Flag]:
    """The flags of lines by kind: one as it is, several by their number."""
    by_icon: dict[str, list[Flag]] = {}
    for line in lines:
        for flag in line.flags:
            by_icon.setdefault(flag.icon, []).append(flag)
    return [
        found[0] if len(found) == 1 else Flag(icon, f"{len(found)} {SEVERAL[icon]}")
        for icon, found in by_icon.items()
    ]
