"""How many minutes people are required to work: their pattern, less public holidays and leave, while employed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from core.periods import Period
from core.prepared import prepared_cursor
from people.models import StaffMember
from staffing.half_days import Span

NO_PATTERN = (0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class WorkDay:
    """One day of one person: what the pattern asks for, and the holiday or approved leave that stands in its place."""

    on: date
    pattern_minutes: int
    holiday: str = ""
    leave_minutes: int = 0
    leave_name: str = ""

    @property
    def is_workday(self) -> bool:
        """Whether the pattern has hours on this day, holiday and leave or not."""
        return self.pattern_minutes > 0

    @property
    def holiday_minutes(self) -> int:
        """What the holiday counts toward the pattern's hours."""
        return self.pattern_minutes if self.holiday else 0

    @property
    def off_minutes(self) -> int:
        """What holiday and approved leave count toward the pattern's hours."""
        return self.holiday_minutes + self.leave_minutes

    @property
    def is_off(self) -> bool:
        """Whether nothing of a working day remains to be worked."""
        return self.is_workday and not self.required_minutes

    @property
    def required_minutes(self) -> int:
        """What remains to be worked."""
        return self.pattern_minutes - self.off_minutes


def required_minutes(staff: StaffMember, first: date, last: date) -> dict[date, int]:
    """Minutes to work on each day from `first` to `last`, both included. Days off and not employed are 0."""
    return required_for([staff], first, last)[staff.pk]


def required_for(staff: Iterable[StaffMember], first: date, last: date) -> dict[int, dict[date, int]]:
    """`required_minutes` of many people, by the id of the person. One statement, however many people."""
    return {
        pk: {day.on: day.required_minutes for day in days}
        for pk, days in workdays_for(staff, first, last).items()
    }


def workdays_for(staff: Iterable[StaffMember], first: date, last: date) -> dict[int, list[WorkDay]]:
    """Each person's days from `first` to `last`, both included, by the id of the person.

    People work by the latest pattern that was assigned to them until that day, before the first by the one they began
    with, and by the firm's default where they have none. A holiday of the person's office goes before one of the whole
    firm on the same day; leave counts on what is left of the pattern. One statement, however many people.
    """
    people = list(staff)
    calendar = calendar_of(people, first, last)
    days = Period(first, last).days()
    return {person.pk: calendar.workdays(person, days) for person in people}


# Leave whose kind is for whoever manages leave alone is leave to everybody else.
CALENDAR = """
SELECT 'pattern', id, is_default, NULL::date, NULL::date, '', ARRAY[
    monday_minutes, tuesday_minutes, wednesday_minutes, thursday_minutes, friday_minutes, saturday_minutes,
    sunday_minutes
], false
FROM people_workingpattern
WHERE is_default OR id = ANY(%s::bigint[])
    OR id IN (SELECT pattern_id FROM people_patternassignment WHERE staff_id = ANY(%s::bigint[]))
UNION ALL
SELECT 'assigned', staff_id, false, starts_on, NULL, pattern_id::text, NULL, false
FROM people_patternassignment WHERE staff_id = ANY(%s::bigint[]) AND starts_on <= %s
UNION ALL
SELECT 'holiday', office_id, false, "on", NULL, name, NULL, false
FROM people_holiday WHERE "on" BETWEEN %s AND %s AND (office_id IS NULL OR office_id = ANY(%s::bigint[]))
UNION ALL
SELECT 'leave', staff_id, starts_at_noon, starts_on, ends_on,
    CASE WHEN seen_by = 'MANAGERS_OF_LEAVE' THEN 'Leave' ELSE name END, NULL, ends_at_noon
FROM staffing_leaverequest JOIN staffing_leavetype ON staffing_leavetype.id = leave_type_id
WHERE staff_id = ANY(%s::bigint[]) AND starts_on <= %s AND ends_on >= %s
    AND state = 'APPROVED' AND kind IN ('LEAVE', 'CHANGE')
"""


class DayOff(NamedTuple):
    """A public holiday of one office, or of the whole firm."""

    on: date
    name: str
    office_id: int | None


@dataclass
class Calendar:
    """Patterns, holidays and approved leave of some people between two days."""

    # Minutes by weekday for each pattern in use; under None the firm's default.
    patterns: dict[int | None, tuple[int, ...]] = field(default_factory=lambda: {None: NO_PATTERN})
    # By person: from which day which pattern, the first first.
    assigned: defaultdict[int, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))
    holidays: list[DayOff] = field(default_factory=list)
    leave: defaultdict[int, list[tuple[Span, str]]] = field(default_factory=lambda: defaultdict(list))

    def pattern_of(self, person: StaffMember, on: date) -> tuple[int, ...]:
        """Minutes by weekday that the person works by on that day, employed or not."""
        found = person.working_pattern_id
        for starts_on, pattern_id in self.assigned.get(person.pk, ()):
            if starts_on > on:
                break
            found = pattern_id
        return self.patterns[found]

    def holidays_of(self, person: StaffMember) -> dict[date, str]:
        """Names of the person's holidays by day. The firm's own first, so that the office's name replaces it."""
        ordered = sorted(self.holidays, key=lambda holiday: holiday.office_id is not None)
        return {day.on: day.name for day in ordered if day.office_id in (None, person.office_id)}

    def workdays(self, person: StaffMember, days: Iterable[date]) -> list[WorkDay]:
        """These days of the person, in their order."""
        names, spans = self.holidays_of(person), self.leave.get(person.pk, [])
        return [self._workday(person, on, names.get(on, ""), spans) for on in days]

    def _workday(
        self, person: StaffMember, on: date, holiday: str, spans: Sequence[tuple[Span, str]]
    ) -> WorkDay:
        minutes = self.pattern_of(person, on)[on.weekday()] if is_employed(person, on) else 0
        if holiday or not minutes or not spans:
            return WorkDay(on, minutes, holiday)
        taken = [(span.minutes(on, minutes), name) for span, name in spans]
        names = dict.fromkeys(name for part, name in taken if part)
        return WorkDay(on, minutes, "", sum(part for part, _ in taken), " and ".join(names))


def calendar_of(people: Sequence[StaffMember], first: date, last: date) -> Calendar:
    """What decides on the days of these people from `first` to `last`. One statement."""
    calendar = Calendar()
    ids = [person.pk for person in people]
    used = list({person.working_pattern_id for person in people} - {None})
    offices = list({person.office_id for person in people} - {None})
    with prepared_cursor() as cursor:
        cursor.execute(CALENDAR, [used, ids, ids, last, first, last, offices, ids, last, first])
        rows = cursor.fetchall()
    for what, pk, flag, starts_on, ends_on, name, minutes, ends_at_noon in rows:
        if what == "pattern":
            calendar.patterns[pk] = tuple(minutes)
            if flag:
                calendar.patterns[None] = calendar.patterns[pk]
        elif what == "assigned":
            calendar.assigned[pk].append((starts_on, int(name)))
        elif what == "holiday":
            calendar.holidays.append(DayOff(starts_on, name, pk))
        else:
            calendar.leave[pk].append((Span(starts_on, ends_on, flag, ends_at_noon), name))
    for assignments in calendar.assigned.values():
        assignments.sort()
    return calendar


def is_employed(person: StaffMember, on: date) -> bool:
    """Whether the day lies between the person's first and last."""
    has_begun = person.starts_on is None or person.starts_on <= on
    return has_begun and (person.ends_on is None or on <= person.ends_on)
