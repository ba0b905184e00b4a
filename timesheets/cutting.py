"""Changing a line while deciding on it: what may be billed, and, with a right of its own, what was worked."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from approvals.deciding import ReasonIsMissing
from core import audit
from core.errors import Conflict, NotAllowed, Refusal
from core.minutes import DAY_MINUTES, format_decimal
from core.promises import promises
from people.access import require
from people.models import StaffMember, User
from timesheets.access import EDIT_BILLABLE, EDIT_WORKED, require_decider
from timesheets.days import DayIsFull, day_words
from timesheets.models import TimeEntry
from timesheets.times import Times
from timesheets.waiting import waiting_requests


class CutIsWrong(Refusal):
    """Billable minutes outside of what was worked."""


class WorkedIsWrong(Refusal):
    """Worked minutes that no line can have."""

    sentence = "A line is between one minute and 24 hours."


def cut_billable(
    *, entry: TimeEntry, billable_minutes: int, reason: str, by: User, at: datetime, version: int
) -> TimeEntry:
    """Sets what may be billed of a submitted line, between zero and what was worked. What was worked stays.

    The rate is not resolved anew. Raises NotAllowed, Conflict, CutIsWrong, ReasonIsMissing.
    """
    _require(by, EDIT_BILLABLE)
    with promises(), transaction.atomic():
        entry = _lock(entry, by, at, version)
        if not entry.is_billable or not 0 <= billable_minutes <= entry.worked_minutes:
            raise CutIsWrong("Between zero and the hours worked can be billed.", field="billable")
        if billable_minutes == entry.billable_minutes:
            return entry
        if billable_minutes < entry.worked_minutes and not reason.strip():
            raise ReasonIsMissing("Say why fewer hours are billed than were worked.", field="reason")
        audit.acting("time.cut", by=by, subject=entry, why=reason, billable_minutes=billable_minutes)
        entry.billable_minutes = billable_minutes
        entry.version += 1
        entry.save(update_fields=["billable_minutes", "version", "updated_at"])
    return entry


def change_worked(
    *, entry: TimeEntry, worked_minutes: int, reason: str, by: User, at: datetime, version: int
) -> TimeEntry:
    """Sets what was worked of somebody else's submitted line, with the reason; the line keeps waiting.

    What may be billed follows, but a cut stays. A line with times keeps its start. The rate is not resolved anew. Old
    and new stand in the line's history. Raises NotAllowed, Conflict, WorkedIsWrong, ReasonIsMissing, DayIsFull,
    PassesMidnight, DayIsLocked.
    """
    _require(by, EDIT_WORKED)
    with promises(), transaction.atomic():
        # Whoever writes to the person's days waits, so that the 24 hours of the day hold.
        StaffMember.objects.select_for_update(no_key=True).get(pk=entry.staff_id)
        entry = _lock(entry, by, at, version)
        if not 1 <= worked_minutes <= DAY_MINUTES:
            raise WorkedIsWrong(field="worked")
        if worked_minutes == entry.worked_minutes:
            return entry
        if not reason.strip():
            raise ReasonIsMissing("Say why the hours worked are changed.", field="reason")
        _check_day(entry, worked_minutes)
        audit.acting("time.correct", by=by, subject=entry, why=reason, worked_minutes=worked_minutes)
        _set_worked(entry, worked_minutes)
    return entry


def _set_worked(entry: TimeEntry, minutes: int) -> None:
    times = Times(entry.starts_at, entry.ends_at).lasting(minutes)
    is_cut = entry.is_billable and entry.billable_minutes < entry.worked_minutes
    if entry.is_billable:
        entry.billable_minutes = min(entry.billable_minutes, minutes) if is_cut else minutes
    entry.worked_minutes, entry.starts_at, entry.ends_at = minutes, times.starts_at, times.ends_at
    entry.version += 1
    entry.save(
        update_fields=["worked_minutes", "billable_minutes", "starts_at", "ends_at", "version", "updated_at"]
    )


def _require(by: User, right: str) -> None:
    require_decider(by)
    require(by, right)


def _lock(entry: TimeEntry, by: User, at: datetime, version: int) -> TimeEntry:
    """The line under lock. Raises Conflict unless it is as it was read, NotAllowed unless it waits for the person."""
    found = TimeEntry.objects.select_for_update(of=("self",)).select_related("project").get(pk=entry.pk)
    if found.version != version or found.state != TimeEntry.State.SUBMITTED:
        raise Conflict("This line was changed or decided meanwhile. Load the list again.")
    if not waiting_requests(by, at).filter(subject_id=found.pk).exists():
        raise NotAllowed("This line waits for somebody else.")
    return found


def _check_day(entry: TimeEntry, minutes: int) -> None:
    others = TimeEntry.objects.filter(staff=entry.staff_id, worked_on=entry.worked_on).exclude(pk=entry.pk)
    total = (others.aggregate(sum=Sum("worked_minutes"))["sum"] or 0) + minutes
    if total > DAY_MINUTES:
        raise DayIsFull(total=format_decimal(total), day=day_words(entry.worked_on), field="worked")
