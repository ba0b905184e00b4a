"""The seven columns of the week: what each day asks for, what is on it, whether it takes time."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.periods import Period, week_of
from people.models import StaffMember
from staffing.required import WorkDay, workdays_for
from timesheets.models import TimeRules


@dataclass
class Day:
    """One column. `minutes` are worked; holiday and approved leave count toward what the pattern asks for."""

    on: date
    index: int
    workday: WorkDay
    is_today: bool
    is_past: bool
    is_locked: bool
    is_too_far: bool
    minutes: int = 0
    has_returned: bool = False

    @property
    def name(self) -> str:
        """wed: names the column in classes."""
        return f"{self.on:%a}".lower()

    @property
    def compact(self) -> str:
        """20261125: part of element ids."""
        return f"{self.on:%Y%m%d}"

    @cached_property
    def total_minutes(self) -> int:
        """Worked, holiday and leave."""
        return self.minutes + self.workday.off_minutes

    @cached_property
    def required_minutes(self) -> int:
        return self.workday.pattern_minutes

    @cached_property
    def difference(self) -> int:
        return self.total_minutes - self.required_minutes

    @property
    def missing(self) -> int:
        """What is short, as a positive number."""
        return max(0, -self.difference)

    @cached_property
    def is_met(self) -> bool:
        """Whether the required hours are there; never on a free day."""
        return self.required_minutes > 0 and self.difference >= 0

    @property
    def is_short(self) -> bool:
        """Too few hours on a day that has come."""
        return self.required_minutes > 0 and self.difference < 0 and (self.is_past or self.is_today)

    @property
    def is_ahead(self) -> bool:
        """A day still to come, with hours open."""
        return self.required_minutes > 0 and self.difference < 0 and not (self.is_past or self.is_today)

    @cached_property
    def css(self) -> str:
        """The classes of the column's cells."""
        off = (
            "off"
            if self.workday.holiday or self.workday.is_off or self.is_locked
            else ""
            if self.workday.is_workday
            else "rest"
        )
        return " ".join(filter(None, [f"d-{self.name}", "today" if self.is_today else "", off]))


def days_of(staff: StaffMember, period: Period, today: date, rules: TimeRules) -> list[Day]:
    end = week_of(today, rules.week_starts_on).last
    locked_through = rules.locked_through
    return [
        Day(
            on=workday.on,
            index=index,
            workday=workday,
            is_today=workday.on == today,
            is_past=workday.on < today,
            is_locked=locked_through is not None and workday.on <= locked_through,
            # Under the rules of government contracts no day is filled in ahead.
            is_too_far=(rules.is_dcaa and workday.on > today)
            or (not rules.allows_future and workday.on > end),
        )
        for index, workday in enumerate(workdays_for([staff], period.first, period.last)[staff.pk])
    ]
