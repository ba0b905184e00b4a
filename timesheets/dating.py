"""Dating late work: time of a locked day that is written to the first open day, with the day of the work kept."""

from datetime import date

from django.db import transaction

from core.errors import Refusal
from core.minutes import parse_minutes
from core.periods import ONE_DAY
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import DayIsLocked, check_may_record, day_words, open_day
from timesheets.models import TimeEntry, TimeRules
from timesheets.recording import Notes, NothingToRecord, add_line
from timesheets.rows import RowKey


class DayIsOpen(Refusal):
    """Nothing is late about it."""

    sentence = "{day} is open. Type its time into its own day."


def first_open_day(rules: TimeRules) -> date | None:
    """Where late work goes; None where no day is locked or the firm takes none."""
    if rules.locked_through is None or not rules.dates_late:
        return None
    return rules.locked_through + ONE_DAY


def record_late(
    *,
    staff: StaffMember,
    row: RowKey,
    worked_on: date,
    by: User | None,
    on: date,
    text: str | None = None,
    minutes: int | None = None,
    note: str = "",
    internal_note: str = "",
) -> TimeEntry:
    """Adds a line to the first open day for work of a locked one; `original_on` is the day of the work.

    It is a line of its own and takes the rate of the day that it is dated to. `text` is read by core.minutes; `minutes`
    may be given instead; `on` is the person's today. Raises DayIsLocked where the firm takes no late work, DayIsOpen
    (field worked_on), NothingToRecord, and what `record_time` raises of the open day.
    """
    check_may_record(by, staff)
    wanted = parse_minutes(text, field="text") if text is not None else (minutes or None)
    if wanted is None:
        raise NothingToRecord(field="text" if text is not None else "minutes")
    with promises(), transaction.atomic():
        rules = TimeRules.objects.get(pk=1)
        if rules.locked_through is None or worked_on > rules.locked_through:
            raise DayIsOpen(day=day_words(worked_on), field="worked_on")
        target = first_open_day(rules)
        if target is None:
            raise DayIsLocked(day=day_words(worked_on), field="worked_on", on=worked_on)
        day = open_day(staff, target, today=on)
        entry = add_line(day, row, wanted, Notes(note, internal_note), by)
        entry.original_on = worked_on
        entry.save(update_fields=["original_on"])
    return entry
