"""Time entries as approvals sees them, and as a certification hashes them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from approvals.ports import Subject
from core.money import ZERO, round_amount
from timesheets.models import TimeEntry

KIND = "timesheets.timeentry"


def subject_of(entry: TimeEntry, *, forbids_own: bool = False) -> Subject:
    """The entry for approvals. Its project and staff member must be loaded.

    `forbids_own` is the rule of government contracts that nobody decides on their own time, whatever the policy says.
    """
    return Subject(
        kind=KIND,
        id=entry.pk,
        owner_id=entry.staff_id,
        minutes=entry.worked_minutes,
        amount=_worth(entry),
        currency=entry.rate_currency if entry.is_billable else "",
        is_billable=entry.is_billable,
        project_id=entry.project_id,
        lead_id=entry.project.lead_id,
        department_id=entry.staff.department_id,
        forbids_own=forbids_own,
    )


def _worth(entry: TimeEntry) -> Decimal | None:
    """What may be billed for the line, rounded half-up in its currency; zero if not billable, None without a rate."""
    if not entry.is_billable:
        return ZERO
    if entry.rate_amount is None:
        return None
    return round_amount(entry.rate_amount * entry.billable_minutes / entry.rate_minutes, entry.rate_currency)


def certified_lines(entries: Iterable[TimeEntry]) -> list[dict[str, Any]]:
    """What is certified of each entry, in a fixed order."""
    return [
        {
            "id": entry.pk,
            "staff": entry.staff_id,
            "project": entry.project_id,
            "task": entry.task_id,
            "labor_code": entry.labor_code_id,
            "worked_on": entry.worked_on.isoformat(),
            "worked_minutes": entry.worked_minutes,
            "billable_minutes": entry.billable_minutes,
            "note": entry.note,
        }
        for entry in sorted(entries, key=lambda entry: entry.pk)
    ]
