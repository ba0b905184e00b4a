"""Sheets as an approver reads them: lines, what is unusual about them, and their order. Nothing is read here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from approvals.history import Return
from core.minutes import Style, format_minutes, hours
from core.money import round_amount
from core.periods import Period
from people.models import StaffMember
from staffing.required import WorkDay
from timesheets.models import TimeEntry

State = TimeEntry.State
LONG_DAY_MINUTES = 600
LATE_DAYS = 3

# What several flags of one kind are called together.
SEVERAL = {
    "clock-exclamation": "lines on long days",
    "note-off": "notes missing",
    "hourglass-low": "lines over budget",
    "calendar-exclamation": "lines on free days",
    "tag-off": "lines without a rate",
    "arrow-back-up": "returned before",
}


@dataclass(frozen=True)
class SheetKey:
    """Whose week, as it stands in addresses: `12-2026-11-16`."""

    staff_id: int
    first: date

    def __str__(self) -> str:
        return f"{self.staff_id}-{self.first.isoformat()}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None for what is no key."""
        staff_id, _, first = text.partition("-")
        if not (staff_id.isascii() and staff_id.isdecimal() and len(staff_id) < 18):
            return None
        try:
            return cls(int(staff_id), date.fromisoformat(first))
        except ValueError:
            return None


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
    day_minutes: int = 0
    workday: WorkDay | None = None
    budget_left: int | None = None
    cut_reason: str = ""
    returned: Return | None = None
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
        return round_amount(hours(entry.billable_minutes) * entry.rate_amount, entry.rate_currency)


def line_flags(line: Line, *, asks_notes: bool, style: Style) -> list[Flag]:
    """Why to look at a waiting line. Hours are written as the reader prefers."""
    entry, flags = line.entry, []
    if line.day_minutes > LONG_DAY_MINUTES:
        flags.append(Flag("clock-exclamation", f"{format_minutes(line.day_minutes, style)} h in one day"))
    if asks_notes and not entry.note:
        flags.append(Flag("note-off", "No note"))
    if line.budget_left is not None and line.budget_left < 0:
        over = format_minutes(-line.budget_left, style)
        flags.append(Flag("hourglass-low", f"Task {over} h over budget"))
    if line.workday is not None and not line.workday.required_minutes:
        flags.append(Flag("calendar-exclamation", line.workday.holiday or f"{entry.worked_on:%A}"))
    if entry.is_billable and entry.rate_amount is None:
        flags.append(Flag("tag-off", "No rate"))
    if line.returned is not None:
        flags.append(Flag("arrow-back-up", "Returned before"))
    return flags


@dataclass
class Sheet:
    """One person's week, of which at least one line waits. `then` is the key of the sheet that comes after it."""

    staff: StaffMember
    week: Period
    lines: list[Line]
    required: int
    days_waiting: int = 0
    flags: list[Flag] = field(default_factory=list)
    then: str = ""

    @property
    def key(self) -> str:
        return str(SheetKey(self.staff.pk, self.week.first))

    @property
    def waiting(self) -> list[Line]:
        return [line for line in self.lines if line.is_waiting]

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
    def is_clean(self) -> bool:
        return not self.flags

    @property
    def more_flags(self) -> int:
        """How many do not fit into the queue."""
        return max(0, len(self.flags) - 1)

    @property
    def submitted_at(self) -> datetime | None:
        """Since when its oldest line waits."""
        return min((line.submitted_at for line in self.waiting if line.submitted_at), default=None)


def sheet_flags(sheet: Sheet, style: Style) -> list[Flag]:
    """The week's own reasons to look, and those of its lines counted by kind."""
    flags = []
    over = sheet.worked_minutes - sheet.required
    if over > 0 and sheet.required:
        flags.append(Flag("clock-plus", f"{format_minutes(over, style)} h over required"))
    elif over < 0:
        flags.append(Flag("clock-minus", f"{format_minutes(-over, style)} h short"))
    counted: dict[str, list[Flag]] = {}
    for line in sheet.waiting:
        for flag in line.flags:
            counted.setdefault(flag.icon, []).append(flag)
    for icon, found in counted.items():
        flags.append(found[0] if len(found) == 1 else Flag(icon, f"{len(found)} {SEVERAL[icon]}"))
    if sheet.days_waiting >= LATE_DAYS:
        flags.append(Flag("clock-pause", f"Waits {sheet.days_waiting} days"))
    return flags


@dataclass
class Queue:
    """All sheets that wait for the person, those with the most reasons to look first."""

    sheets: list[Sheet]

    def __post_init__(self) -> None:
        self.sheets.sort(key=lambda sheet: (-len(sheet.flags), sheet.week.first, sheet.staff.name))
        for sheet, after in zip(self.sheets, self.sheets[1:], strict=False):
            sheet.then = after.key

    @property
    def to_look_at(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if not sheet.is_clean]

    @property
    def clean(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.is_clean]

    @property
    def clean_minutes(self) -> int:
        return sum(sheet.waiting_minutes for sheet in self.clean)

    def find(self, keys: Sequence[str]) -> Sheet | None:
        """The sheet of the first key that is still there, else the first sheet."""
        by_key = {sheet.key: sheet for sheet in self.sheets}
        wanted = (by_key[key] for key in keys if key in by_key)
        return next(wanted, self.sheets[0] if self.sheets else None)
