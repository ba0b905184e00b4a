"""What people's time lacks: minutes that are there of minutes that are required, by day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from core.minutes import format_decimal
from core.periods import Period
from people.models import StaffMember
from staffing.required import required_for
from timesheets.days import day_words
from timesheets.models import ReminderRule, TimeEntry

Counts = ReminderRule.Counts
State = TimeEntry.State
HANDED_IN = (State.SUBMITTED, State.APPROVED)


@dataclass(frozen=True)
class DayTime:
    """One day of one person: minutes that are there, of minutes that are required after leave and holidays."""

    on: date
    there_minutes: int
    required_minutes: int

    @property
    def lacking_minutes(self) -> int:
        return max(0, self.required_minutes - self.there_minutes)

    @property
    def name(self) -> str:
        """Tue 24 Nov."""
        return day_words(self.on)

    @property
    def hours_words(self) -> str:
        """0.00 of 8.00 h."""
        return f"{format_decimal(self.there_minutes)} of {format_decimal(self.required_minutes)} h"

    @property
    def words(self) -> str:
        """Tue 24 Nov: 0.00 of 8.00 h."""
        return f"{self.name}: {self.hours_words}"


def missing_days(
    people: Sequence[StaffMember], period: Period, on: date, *, counts: str = Counts.RECORDED
) -> dict[int, list[DayTime]]:
    """Each person's days of the period up to `on` that lack time, by the id of the person; nobody who lacks nothing.

    More on one day makes up for less on another of the period. `counts` says whether recorded or only submitted time
    is there. Two statements, however many people.
    """
    board = TimeBoard(people, period.first, min(period.last, on)) if on >= period.first else None
    found = (
        {person.pk: board.lacking(person.pk, period, on, counts=counts) for person in people} if board else {}
    )
    return {pk: days for pk, days in found.items() if days}


class TimeBoard:
    """Required, recorded and submitted minutes of many people over some days, read once. Two statements."""

    def __init__(self, people: Sequence[StaffMember], first: date, last: date) -> None:
        self._required = required_for(people, first, last)
        self._there: dict[str, defaultdict[tuple[int, date], int]] = {
            Counts.RECORDED: defaultdict(int),
            Counts.SUBMITTED: defaultdict(int),
        }
        rows = (
            TimeEntry.objects.between(first, last)
            .filter(staff__in=[person.pk for person in people])
            .values_list("staff_id", "worked_on", "state")
            .annotate(sum=Sum("worked_minutes"))
        )
        for staff_id, on, state, minutes in rows:
            self._there[Counts.RECORDED][(staff_id, on)] += minutes
            if state in HANDED_IN:
                self._there[Counts.SUBMITTED][(staff_id, on)] += minutes

    def days(
        self, staff_id: int, period: Period, until: date, counts: str = Counts.RECORDED
    ) -> list[DayTime]:
        """The days of the period up to `until` on which something is required or there."""
        required: Mapping[date, int] = self._required[staff_id]
        there = self._there[counts]
        listed = [
            DayTime(on, there[(staff_id, on)], required[on])
            for on in period.days()
            if on <= until and on in required
        ]
        return [day for day in listed if day.required_minutes or day.there_minutes]

    def lacking(
        self,
        staff_id: int,
        period: Period,
        until: date,
        *,
        counts: str = Counts.RECORDED,
        percent: int = 100,
        since: date | None = None,
    ) -> list[DayTime]:
        """The days that lack time, unless all days together have `percent` of what is required; days before `since`
        count for nothing."""
        days = [day for day in self.days(staff_id, period, until, counts) if since is None or day.on >= since]
        there = sum(day.there_minutes for day in days)
        if there * 100 >= sum(day.required_minutes for day in days) * percent:
            return []
        return [day for day in days if day.lacking_minutes]

    def drafts(self, staff_id: int, period: Period) -> dict[date, int]:
        """The minutes of each day of the period that are recorded and not submitted."""
        recorded, submitted = self._there[Counts.RECORDED], self._there[Counts.SUBMITTED]
        open_ones = {on: recorded[(staff_id, on)] - submitted[(staff_id, on)] for on in period.days()}
        return {on: minutes for on, minutes in open_ones.items() if minutes}
