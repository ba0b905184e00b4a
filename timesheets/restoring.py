"""Bringing back lines that were just cleared: the inverse of clearing."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.models import Change
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import CellChanged, OpenDay, check_may_record, open_day
from timesheets.models import TimeEntry
from timesheets.rating import put_rates
from timesheets.recording import Notes, new_line
from timesheets.rows import RowKey, place_for


class NothingToRestore(Refusal):
    sentence = "This cannot be brought back any more."


def restore_lines(
    *, staff: StaffMember, versions: Mapping[int, int], by: User | None, on: date
) -> list[TimeEntry]:
    """Brings cleared lines back from the audit, all or none, under their own ids; the rate is resolved anew.

    `versions` gives the version that each line had. Raises NothingToRestore, CellChanged where a cell was filled again
    or the line is back already, and what `record_time` raises.
    """
    check_may_record(by, staff)
    with promises(), transaction.atomic():
        cleared = _cleared(staff, versions)
        days: dict[date, OpenDay] = {}
        restored = []
        for entry_id, old in cleared.items():
            worked_on = date.fromisoformat(old["worked_on"])
            if worked_on not in days:
                days[worked_on] = open_day(staff, worked_on, today=on)
            restored.append(_restore(days[worked_on], entry_id, old, versions[entry_id], by))
    return restored


def _cleared(staff: StaffMember, versions: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """What the audit kept of each line when it was deleted last."""
    changes = (
        Change.objects.filter(
            table_name=TimeEntry._meta.db_table, row_id__in=[str(pk) for pk in versions], new__isnull=True
        )
        .order_by("row_id", "-pk")
        .distinct("row_id")
    )
    found = {int(change.row_id): change.old for change in changes}
    if not found or found.keys() != versions.keys():
        raise NothingToRestore
    if any(old["staff_id"] != staff.pk for old in found.values()):
        raise NothingToRestore
    if TimeEntry.objects.filter(pk__in=versions).exists():
        raise CellChanged("This was brought back already.", entries=[])
    return found


def _restore(day: OpenDay, entry_id: int, old: Mapping[str, Any], version: int, by: User | None) -> TimeEntry:
    row = RowKey(old["task_id"], old["labor_code_id"], old.get("work_class_id"), old["is_billable"])
    there = day.lines_of(row)
    if any(entry.pk not in day.restored_ids for entry in there):
        raise CellChanged("The cell was filled again meanwhile, so nothing was brought back.", entries=there)
    place = place_for(day.staff, row)
    if place.refusal is not None:
        raise place.refusal
    day.check_sum(old["worked_minutes"])
    entry = new_line(day, place, old["worked_minutes"], Notes(old["note"], old.get("internal_note")), by)
    entry.starts_at, entry.ends_at = (
        time.fromisoformat(old[name]) if old.get(name) else None for name in ("starts_at", "ends_at")
    )
    entry.original_on = date.fromisoformat(old["original_on"]) if old.get("original_on") else None
    entry.pk, entry.state, entry.version = entry_id, old["state"], version + 1
    entry.entered_by_name = entry.entered_by_name or old.get("entered_by_name", "")
    put_rates([(entry, place)], day.staff)
    audit.acting("time.restore", by=by, subject=entry, minutes=entry.worked_minutes, worked_on=day.on)
    entry.save(force_insert=True)
    day.entries.append(entry)
    day.restored_ids.add(entry_id)
    return entry
