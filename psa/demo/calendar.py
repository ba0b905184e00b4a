"""The days of the story, counted from the day on which the firm is founded."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.clock import date_in
from core.periods import Period, month_of, week_of

ONE_DAY = timedelta(days=1)
FRIDAY, TUESDAY = 4, 1


@dataclass(frozen=True)
class Calendar:
    """Months and weeks up to `at`, in the firm's time zone."""

    at: datetime
    time_zone: str

    @property
    def today(self) -> date:
        return date_in(self.time_zone, self.at)

    @property
    def months(self) -> tuple[Period, Period, Period]:
        """Three, two and one months ago."""
        last = month_of(self.today).previous()
        return last.previous().previous(), last.previous(), last

    @property
    def first_day(self) -> date:
        return self.months[0].first

    @property
    def this_week(self) -> Period:
        return week_of(self.today)

    @property
    def last_week(self) -> Period:
        return self.this_week.previous()

    @property
    def settled_weeks(self) -> list[Period]:
        """The weeks before last week, oldest first: submitted and decided."""
        weeks = []
        week = week_of(self.first_day)
        while week.last < self.last_week.first:
            weeks.append(week)
            week = week.next()
        return weeks

    @property
    def rates_change_on(self) -> date:
        return self.months[2].first

    def billing_day(self, month: Period) -> date:
        """The Tuesday after the month's last week was decided, or today."""
        return min(week_of(month.last).last + ONE_DAY * (TUESDAY + 1), self.today)

    def months_away(self, number: int) -> date:
        """The first day of the month so many months after this one, or before it."""
        count = self.today.year * 12 + self.today.month - 1 + number
        return date(count // 12, count % 12 + 1, 1)

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """The clock on that day in the firm's time zone, but never later than now."""
        return min(datetime.combine(day, time(hour, minute), ZoneInfo(self.time_zone)), self.at)

    def submitted_at(self, week: Period, minute: int) -> datetime:
        """Friday afternoon."""
        return self.moment(week.first + ONE_DAY * FRIDAY, 16, minute)

    def decided_at(self, week: Period) -> datetime:
        """Monday morning."""
        return self.moment(week.last + ONE_DAY, 9, 30)

    def handed_in_at(self, waits_days: float) -> datetime:
        """When somebody submitted last week who has waited so long, but not before its Friday."""
        friday = self.moment(self.last_week.first + ONE_DAY * FRIDAY, 15)
        return max(self.at - timedelta(days=waits_days), friday)

    @property
    def minutes_since_nine(self) -> int:
        """How much of today's work can have happened."""
        nine = datetime.combine(self.today, time(9), ZoneInfo(self.time_zone))
        return max(0, int((self.at - nine).total_seconds()) // 60)
