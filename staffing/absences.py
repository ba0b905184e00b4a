"""Who is away: the team's leave by month, and one person's year. What kind of leave it is only where it may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.periods import Period
from people.models import StaffMember, User
from staffing.access import sees_kind
from staffing.leave_years import months_of
from staffing.models import LeaveRequest
from staffing.required import Calendar, WorkDay, calendar_of


@dataclass(frozen=True)
class DayMark:
    """One day of one person: how it looks, and what it is in words. `half` is am, pm or empty for a whole day."""

    on: date
    kind: str = ""
    color: str = ""
    half: str = ""
    words: str = ""
    is_waiting: bool = False
    is_today: bool = False

    @property
    def css(self) -> str:
        """The classes of its cell."""
        parts = [
            f"is-{self.kind}" if self.kind else "",
            f"leave-{self.color}" if self.color else "",
            f"is-{self.half}" if self.half else "",
            "is-waiting" if self.is_waiting else "",
            "is-today" if self.is_today else "",
        ]
        return " ".join(filter(None, parts))


@dataclass(frozen=True)
class PersonMonth:
    """One row of the team's table."""

    staff: StaffMember
    days: list[DayMark] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """`2 Dec: Vacation; 3 Dec: Vacation`: the row in words, for those who do not see colors."""
        away = [mark for mark in self.days if mark.kind == "leave"]
        return "; ".join(f"{mark.on.day} {mark.on:%b}: {mark.words}" for mark in away)


def team_month(people: Sequence[StaffMember], month: Period, viewer: User, today: date) -> list[PersonMonth]:
    """The days of a month for each person, in their order. Two statements, however many people."""
    calendar = calendar_of(people, month.first, month.last)
    leave = _leave(people, month)
    return [
        PersonMonth(person, _marks(person, month.days(), calendar, leave.get(person.pk, []), viewer, today))
        for person in people
    ]


def person_year(
    staff: StaffMember, year: Period, viewer: User, today: date
) -> list[tuple[Period, list[DayMark]]]:
    """The months of a leave year with their days. Two statements."""
    calendar = calendar_of([staff], year.first, year.last)
    leave = _leave([staff], year).get(staff.pk, [])
    return [(month, _marks(staff, month.days(), calendar, leave, viewer, today)) for month in months_of(year)]


def _leave(people: Sequence[StaffMember], period: Period) -> dict[int, list[LeaveRequest]]:
    found: dict[int, list[LeaveRequest]] = {}
    rows = LeaveRequest.objects.claiming().between(period.first, period.last).filter(staff__in=people)
    for request in rows.select_related("leave_type"):
        found.setdefault(request.staff_id, []).append(request)
    return found


def _marks(
    staff: StaffMember,
    days: Sequence[date],
    calendar: Calendar,
    leave: Sequence[LeaveRequest],
    viewer: User,
    today: date,
) -> list[DayMark]:
    seen = {each.pk: sees_kind(viewer, staff, each.leave_type) for each in leave}
    return [
        _mark(day, [each for each in leave if day.on in each.period], seen, today)
        for day in calendar.workdays(staff, days)
    ]


def _mark(day: WorkDay, leave: Sequence[LeaveRequest], seen: dict[int, bool], today: date) -> DayMark:
    is_today = day.on == today
    if day.holiday:
        return DayMark(day.on, "holiday", words=day.holiday, is_today=is_today)
    if not day.is_workday:
        return DayMark(day.on, "rest", is_today=is_today)
    if not leave:
        return DayMark(day.on, is_today=is_today)
    first = leave[0]
    names = [each.leave_type.name if seen[each.pk] else "Away" for each in leave]
    morning = any(each.span.has_morning(day.on) for each in leave)
    afternoon = any(each.span.has_afternoon(day.on) for each in leave)
    half = "" if morning and afternoon else "am" if morning else "pm"
    words = " and ".join(dict.fromkeys(names))
    words += {"am": ", morning", "pm": ", afternoon", "": ""}[half]
    is_waiting = first.is_waiting
    color = first.leave_type.color.lower() if seen[first.pk] else "idle"
    return DayMark(
        day.on,
        "leave",
        color,
        half,
        f"{words}, not decided yet" if is_waiting else words,
        is_waiting,
        is_today,
    )
