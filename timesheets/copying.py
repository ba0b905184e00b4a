"""Copying last week's rows: what was worked on, never hours and never notes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.periods import Period
from people.models import StaffMember, User
from timesheets.days import DayIsLocked, check_may_record, day_words
from timesheets.models import TimeEntry, TimeRules
from timesheets.rows import Place, RowKey, places_for


@dataclass
class CopiedRows:
    """Rows to add to the week, and rows left out, each with the reason."""

    rows: list[Place] = field(default_factory=list)
    skipped: list[tuple[Place, str]] = field(default_factory=list)


def rows_of(staff: StaffMember, first: date, last: date) -> list[RowKey]:
    """The rows with time in these days, by project and task. One statement."""
    keys = (
        TimeEntry.objects.filter(staff=staff)
        .between(first, last)
        .order_by("project__name", "task__position", "task__name", "labor_code__name")
        .values_list("task_id", "labor_code_id")
    )
    return list(dict.fromkeys(RowKey(task_id, code_id) for task_id, code_id in keys))


def copy_rows(
    *, staff: StaffMember, period: Period, present: Sequence[RowKey], by: User | None
) -> CopiedRows:
    """The rows of the period before that this one lacks. Nothing is stored: blank rows never are.

    `present` are the rows that the week shows now. Left out, with the reason: rows that are there already, closed
    projects and tasks, projects of other teams, labor codes out of use. Raises NotAllowed, and DayIsLocked when the
    whole period is locked.
    """
    check_may_record(by, staff)
    locked_through = TimeRules.objects.get(pk=1).locked_through
    if locked_through and period.last <= locked_through:
        raise DayIsLocked(day=day_words(period.last))
    before = period.previous()
    copied = CopiedRows()
    shown = set(present)
    for key, place in places_for(staff, rows_of(staff, before.first, before.last)).items():
        if key in shown:
            copied.skipped.append((place, "It is in this week already."))
        elif place.refusal is not None:
            copied.skipped.append((place, place.refusal.message))
        else:
            copied.rows.append(place)
    return copied
