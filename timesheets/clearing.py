"""Clearing many lines at once, such as a whole row of the week."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from core import audit
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import CellChanged, check_day, check_may_record, check_open, lock_person
from timesheets.models import TimeEntry


def clear_lines(
    *, staff: StaffMember, versions: Mapping[int, int], by: User | None, on: date
) -> list[TimeEntry]:
    """Deletes the person's draft and returned lines, all or none; returns what they were.

    The audit keeps them, and `restoring` brings them back. `versions` gives the version that was seen of each line.
    Raises NotAllowed, CellChanged, LineIsNotOpen, DayIsLocked.
    """
    check_may_record(by, staff)
    with promises(), transaction.atomic():
        staff, rules = lock_person(staff)
        entries = list(
            TimeEntry.objects.select_for_update().filter(pk__in=versions, staff=staff).order_by("pk")
        )
        check_open(entries)
        if len(entries) != len(versions) or any(entry.version != versions[entry.pk] for entry in entries):
            raise CellChanged(entries=entries)
        for worked_on in {entry.worked_on for entry in entries}:
            check_day(worked_on, rules, today=on)
        audit.acting("time.clear", by=by, subject=staff, entry_ids=list(versions))
        TimeEntry.objects.filter(pk__in=versions).delete()
    return entries
