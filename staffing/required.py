"""How many minutes people are required to work: their working pattern, less public holidays, while employed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from core.periods import Period
from core.prepared import prepared_cursor
from people.models import StaffMember

NO_PATTERN = (0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class WorkDay:
    """One day of one person: what the pattern asks for, and the public holiday that stands in its place."""

    on: date
    pattern_minutes: int
    holiday: str = ""

    @property
    def is_workday(self) -> bool:
        """Whether the pattern has hours on this day, holiday or not."""
        return self.pattern_minutes > 0

    @property
    def holiday_minutes(self) -> int:
        """What the holiday counts toward the pattern's hours."""
        return self.pattern_minutes if self.holiday else 0

    @property
    def required_minutes(self) -> int:
        """What remains to be worked."""
        return 0 if self.holiday else self.pattern_minutes


def required_minutes(staff: StaffMember, first: date, last: date) -> dict[date, int]:
    """Minutes to work on each day from `first` to `last`, both included. Holidays and days not employed are 0."""
    return required_for([staff], first, last)[staff.pk]


def required_for(staff: Iterable[StaffMember], first: date, last: date) -> dict[int, dict[date, int]]:
    """`required_minutes` of many people, by the id of the person. One statement, however many people."""
    return {
        pk: {day.on: day.required_minutes for day in days}
        for pk, days in workdays_for(staff, first, last).items()
    }


def workdays_for(staff: Iterable[StaffMember], first: date, last: date) -> dict[int, list[WorkDay]]:
    """Each person's days from `first` to `last`, both included, by the id of the person.

    Whoever has no pattern works the firm's default one. A holiday of the person's office goes before one of the
    whole firm on the same day. One statement, however many people.
    """
    people = list(staff)
    patterns, holidays = _calendar(people, first, last)
    days = Period(first, last).days()
    return {person.pk: _days_of(person, days, patterns, holidays) for person in people}


CALENDAR = """
SELECT id, is_default, NULL::date, NULL, NULL, ARRAY[
    monday_minutes, tuesday_minutes, wednesday_minutes, thursday_minutes, friday_minutes, saturday_minutes,
    sunday_minutes
]
FROM people_workingpattern WHERE is_default OR id = ANY(%s::bigint[])
UNION ALL
SELECT NULL, NULL, "on", name, office_id, NULL
FROM people_holiday WHERE "on" BETWEEN %s AND %s AND (office_id IS NULL OR office_id = ANY(%s::bigint[]))
"""


class DayOff(NamedTuple):
    """A public holiday of one office, or of the whole firm."""

    on: date
    name: str
    office_id: int | None


def _calendar(
    people: Sequence[StaffMember], first: date, last: date
) -> tuple[dict[int | None, tuple[int, ...]], list[DayOff]]:
    """Minutes by weekday for each pattern in use (under None the firm's default), and the holidays. One statement."""
    used = list({person.working_pattern_id for person in people} - {None})
    offices = list({person.office_id for person in people} - {None})
    with prepared_cursor() as cursor:
        cursor.execute(CALENDAR, [used, first, last, offices])
        rows = cursor.fetchall()
    patterns: dict[int | None, tuple[int, ...]] = {None: NO_PATTERN}
    holidays = []
    for pk, is_default, on, name, office_id, minutes in rows:
        if minutes is None:
            holidays.append(DayOff(on, name, office_id))
            continue
        patterns[pk] = tuple(minutes)
        if is_default:
            patterns[None] = patterns[pk]
    return patterns, holidays


def _days_of(
    person: StaffMember,
    days: Iterable[date],
    patterns: dict[int | None, tuple[int, ...]],
    holidays: Iterable[DayOff],
) -> list[WorkDay]:
    by_weekday = patterns[person.working_pattern_id]
    # The firm's own first, so that the office's name replaces it.
    ordered = sorted(holidays, key=lambda holiday: holiday.office_id is not None)
    names = {holiday.on: holiday.name for holiday in ordered if holiday.office_id in (None, person.office_id)}
    return [
        WorkDay(on, by_weekday[on.weekday()] if _is_employed(person, on) else 0, names.get(on, ""))
        for on in days
    ]


def _is_employed(person: StaffMember, on: date) -> bool:
    has_begun = person.starts_on is None or person.starts_on <= on
    return has_begun and (person.ends_on is None or on <= person.ends_on)
