"""The home page of everybody who enters time: the own week, what is missing, what came back."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from approvals.history import Return, last_returns
from core.periods import Period, week_of
from people.models import StaffMember
from reports.charts import Chart
from reports.questions import Asked, questions_to
from reports.utilization import Share, utilization, weekly_chart
from staffing.required import required_minutes
from timesheets.models import TimeEntry, TimeRules
from timesheets.subjects import KIND

State = TimeEntry.State
LOOK_BACK = timedelta(weeks=4)


@dataclass(frozen=True)
class Row:
    """Hours of the week on one task, and their part of the largest row."""

    project: str
    task: str
    minutes: int


@dataclass(frozen=True)
class Returned:
    """A line that came back, and why."""

    entry: TimeEntry
    why: Return | None


@dataclass(frozen=True)
class Mine:
    """Minutes throughout."""

    week: Period
    worked: int
    required: int
    missing: list[date]
    rows: list[Row]
    returned: list[Returned]
    asked: list[Asked]
    open_weeks: list[date]
    month: Share
    chart: Chart

    @property
    def largest(self) -> int:
        return max((row.minutes for row in self.rows), default=0)

    @property
    def open_minutes(self) -> int:
        return max(self.required - self.worked, 0)


def my_home(staff: StaffMember, today: date) -> Mine:
    """Everything the page shows, in a constant number of statements."""
    rules = TimeRules.objects.get(pk=1)
    week = week_of(today, rules.week_starts_on)
    first = min(week.first, today - LOOK_BACK)
    by_day = dict(
        TimeEntry.objects.between(first, week.last)
        .filter(staff=staff)
        .values_list("worked_on")
        .annotate(sum=Sum("worked_minutes"))
    )
    required = required_minutes(staff, first, week.last)
    return Mine(
        week=week,
        worked=sum(by_day.get(day, 0) for day in week.days()),
        required=sum(required[day] for day in week.days()),
        missing=[
            day
            for day, minutes in required.items()
            if week.first <= day < today and by_day.get(day, 0) < minutes
        ],
        rows=_rows(staff, week),
        returned=_returned(staff),
        asked=questions_to(staff.user) if staff.user else [],
        open_weeks=_open_weeks(staff, week, rules.week_starts_on),
        month=utilization([staff], today.replace(day=1), today),
        chart=weekly_chart([staff], today, chart_id="my-weeks", title="Utilization, last 12 weeks"),
    )


def _rows(staff: StaffMember, week: Period) -> list[Row]:
    found = (
        TimeEntry.objects.between(week.first, week.last)
        .filter(staff=staff)
        .values_list("project__name", "task__name")
        .annotate(sum=Sum("worked_minutes"))
        .order_by("-sum")[:6]
    )
    return [Row(*row) for row in found]


def _returned(staff: StaffMember) -> list[Returned]:
    entries = list(
        TimeEntry.objects.filter(staff=staff, state=State.REJECTED)
        .select_related("project", "task")
        .order_by("worked_on")[:10]
    )
    reasons = last_returns(KIND, [entry.pk for entry in entries])
    return [Returned(entry, reasons.get(entry.pk)) for entry in entries]


def _open_weeks(staff: StaffMember, week: Period, starts_on: int) -> list[date]:
    """First days of past weeks with drafts that were never submitted."""
    days = TimeEntry.objects.filter(staff=staff, state=State.DRAFT, worked_on__lt=week.first)
    found = days.order_by("worked_on").values_list("worked_on", flat=True).distinct()
    return sorted({week_of(day, starts_on).first for day in found})
