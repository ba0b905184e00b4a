"""Moving lines to another row, such as when one was returned because it stood on the wrong task."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import (
    CellChanged,
    NoteIsMissing,
    check_day,
    check_may_record,
    check_open,
    day_words,
    lock_person,
    note_is_missing,
)
from timesheets.models import TimeEntry, TimeRules
from timesheets.rating import put_rates
from timesheets.recording import entered_by
from timesheets.rows import BillableIsFixed, Place, RowKey, place_for


class NothingToMove(Refusal):
    sentence = "There is nothing to move: these lines are submitted, approved or gone."


def move_entries(
    *, staff: StaffMember, versions: Mapping[int, int], to: RowKey, by: User | None, on: date
) -> list[TimeEntry]:
    """Moves the person's draft and returned lines to another row; minutes, notes and states stay.

    `versions` gives the version that was seen of each line. Whether the lines are billable and at which rate is
    resolved anew (architecture, decision 4), for all of them by one statement. A line that meets others in its new
    cell stays a line of its own. Raises NotAllowed, NothingToMove, CellChanged, LineIsNotOpen, DayIsLocked,
    NoteIsMissing, and what says that no time can be logged to the new row.
    """
    check_may_record(by, staff)
    with promises(), transaction.atomic():
        staff, rules = lock_person(staff)
        entries = list(
            TimeEntry.objects.select_for_update().filter(pk__in=versions, staff=staff).order_by("pk")
        )
        if not entries:
            raise NothingToMove
        check_open(entries)
        if len(entries) != len(versions) or any(entry.version != versions[entry.pk] for entry in entries):
            raise CellChanged(entries=entries)
        for worked_on in {entry.worked_on for entry in entries}:
            check_day(worked_on, rules, today=on)
        place = place_for(staff, to)
        if place.refusal is not None:
            raise place.refusal
        if place.key.is_billable is not None and not rules.shows_billable:
            raise BillableIsFixed(field="is_billable")
        _check_notes(rules, place, entries)
        audit.acting("time.move", by=by, subject=staff, entry_ids=list(versions), to=str(to))
        for entry in entries:
            entry.task, entry.project, entry.labor_code = place.task, place.project, place.labor_code
            entry.work_class, entry.is_billable = place.work_class, place.is_billable
            entry.version += 1
            entry.recorded_by_name = by.name if by else ""
            entry.entered_by_name = entered_by(by, staff) or entry.entered_by_name
        put_rates([(entry, place) for entry in entries], staff)
        TimeEntry.objects.bulk_update(
            entries,
            [
                "task", "project", "labor_code", "work_class", "is_billable", "billable_minutes", "version",
                "recorded_by_name", "entered_by_name", "rate_amount", "rate_currency", "rate_rule", "rate_source",
                "rate_minutes", "has_own_rate",
            ],
        )  # fmt: skip
    return entries


def _check_notes(rules: TimeRules, place: Place, entries: Sequence[TimeEntry]) -> None:
    """Raises NoteIsMissing where notes are checked on saving and the new row asks for one that a line lacks."""
    lacking = [entry for entry in entries if note_is_missing(rules, place, entry.note)]
    if lacking and rules.notes_checked == TimeRules.NotesChecked.SAVE:
        days = ", ".join(dict.fromkeys(day_words(entry.worked_on) for entry in lacking))
        raise NoteIsMissing(
            f"{place.project.name} asks for a note on every line. Write it first ({days}), then move.",
            field="to",
        )
