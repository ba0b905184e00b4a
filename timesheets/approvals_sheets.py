"""Sheets (a person's lines of a period) and blocks (a project's), why to look at them, and their order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.minutes import Style, format_minutes
from core.periods import Period
from people.models import StaffMember
from projects.models import Project
from timesheets.approvals_keys import Lens, SheetKey
from timesheets.approvals_lines import Flag, Limits, Line, counted
from timesheets.models import TimeEntry

State = TimeEntry.State
LATE_DAYS = 3
WEEK_DAYS = 7


@dataclass
class Sheet:
    """Lines that are read and decided together, of which at least one waits.

    A person's sheet has `worked_minutes` (submitted and approved) and `required`; `usual_minutes` is an average week
    of the twelve before. A project's block counts its own lines alone. `then` is the key of the one that comes after.
    """

    of: SheetKey
    staff: StaffMember | None
    project: Project | None
    period: Period
    lines: list[Line]
    worked_minutes: int = 0
    required: int = 0
    # What is required of the days that are over.
    due: int = 0
    usual_minutes: int | None = None
    days_waiting: int = 0
    flags: list[Flag] = field(default_factory=list)
    then: str = ""

    @property
    def key(self) -> str:
        return str(self.of)

    @property
    def is_project(self) -> bool:
        return self.of.lens == Lens.PROJECT

    @property
    def title(self) -> str:
        return str(self.project if self.is_project else self.staff)

    @property
    def subtitle(self) -> str:
        """The client of a block, the job title of a person; may be empty."""
        if self.project is not None:
            return str(self.project.client)
        return str(self.staff.job_title) if self.staff and self.staff.job_title else ""

    @property
    def week(self) -> Period:
        return self.period

    @property
    def waiting(self) -> list[Line]:
        return [line for line in self.lines if line.is_waiting]

    @property
    def waiting_minutes(self) -> int:
        return sum(line.entry.worked_minutes for line in self.waiting)

    @property
    def billable_minutes(self) -> int:
        shown = self.waiting if self.is_project else self.lines
        return sum(line.entry.billable_minutes for line in shown)

    @property
    def cut_minutes(self) -> int:
        return sum(line.cut_minutes for line in self.lines)

    @property
    def people_count(self) -> int:
        return len({line.entry.staff_id for line in self.waiting})

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


def over_capacity(worked: int, required: int, style: Style) -> Flag | None:
    """The flag of hours that pass what is required of the person in the whole period."""
    if required and worked > required:
        return Flag("clock-plus", f"{format_minutes(worked - required, style)} h over capacity")
    return None


def sheet_flags(sheet: Sheet, limits: Limits, style: Style) -> list[Flag]:
    """The sheet's own reasons to look, and those of its lines counted by kind."""
    flags = []
    if not sheet.is_project:
        if over := over_capacity(sheet.worked_minutes, sheet.required, style):
            flags.append(over)
        elif sheet.worked_minutes < sheet.due:
            short = format_minutes(sheet.due - sheet.worked_minutes, style)
            flags.append(Flag("clock-minus", f"{short} h short"))
        is_week = len(sheet.period) == WEEK_DAYS
        if is_week and limits.week is not None and sheet.worked_minutes > limits.week:
            flags.append(
                Flag("alert-triangle", f"Over the firm's {format_minutes(limits.week, style)} h a week")
            )
    flags += counted(sheet.waiting)
    if sheet.days_waiting >= LATE_DAYS:
        flags.append(Flag("hourglass-high", f"Waits {sheet.days_waiting} days"))
    return flags


@dataclass
class Queue:
    """All sheets that wait for the person, those with the most reasons to look first."""

    sheets: list[Sheet]

    def __post_init__(self) -> None:
        self.sheets.sort(key=lambda sheet: (-len(sheet.flags), sheet.period.first, sheet.title))
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
