"""Working days of approvers: days with hours in their pattern that are no holiday of their office."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.periods import date_in
from people.models import Holiday, StaffMember, WorkingPattern

DAY = timedelta(days=1)
WEEKDAYS = (True, True, True, True, True, False, False)


@dataclass(frozen=True)
class Calendar:
    """Which days the people work, between two days."""

    # By pattern's id; None is the firm's default.
    weekdays: dict[int | None, tuple[bool, ...]]
    # Offices with their holidays; None is the whole firm.
    holidays: frozenset[tuple[int | None, date]]

    def days_between(self, member: StaffMember | None, opened_at: datetime, on: date) -> int:
        """Working days after the day of `opened_at` up to and with `on` (a day, or an instant), in the person's zone
        and calendar."""
        zone = member.user.time_zone if member and member.user else "UTC"
        last = date_in(zone, on) if isinstance(on, datetime) else on
        day, count = date_in(zone, opened_at), 0
        while (day := day + DAY) <= last:
            count += self._works(member, day)
        return count

    def _works(self, member: StaffMember | None, day: date) -> bool:
        pattern = member.working_pattern_id if member else None
        weekdays = self.weekdays.get(pattern, self.weekdays[None])
        office = member.office_id if member else None
        return weekdays[day.weekday()] and not {(None, day), (office, day)} & self.holidays


def calendar_for(members: Collection[StaffMember], since: datetime, until: date) -> Calendar:
    """Patterns and holidays of these people, a day longer than asked for wherever they are. Two statements."""
    patterns = list(WorkingPattern.objects.all())
    weekdays: dict[int | None, tuple[bool, ...]] = {
        pattern.pk: tuple(minutes > 0 for minutes in pattern.minutes_by_weekday) for pattern in patterns
    }
    weekdays[None] = next((weekdays[pattern.pk] for pattern in patterns if pattern.is_default), WEEKDAYS)
    offices = {member.office_id for member in members}
    found = Holiday.objects.filter(on__gte=since.date() - DAY, on__lte=until + DAY).values_list(
        "office_id", "on"
    )
    return Calendar(weekdays, frozenset((office, on) for office, on in found if office in offices | {None}))
