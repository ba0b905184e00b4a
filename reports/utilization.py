"""Billable utilization: billable minutes worked ÷ required minutes (holidays left out), by work date.

Of a team: Σ numerators ÷ Σ denominators, never the mean of percentages (product.md 4.1). All time counts, approved or
not; people without required hours are left out.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from core.money import percent_of
from people.models import StaffMember
from reports.charts import Chart, Series
from staffing.required import required_for
from timesheets.models import TimeEntry

WEEKS = 12


@dataclass(frozen=True)
class Share:
    """Minutes of a period. `percent` is None without required hours."""

    billable: int
    required: int

    @property
    def percent(self) -> int | None:
        return percent_of(self.billable, self.required) if self.required > 0 else None


def billable_by_day(staff: Sequence[StaffMember], first: date, last: date) -> dict[date, int]:
    """Billable minutes worked on each day by all of them. One statement."""
    rows = (
        TimeEntry.objects.between(first, last)
        .filter(staff__in=staff, is_billable=True)
        .values_list("worked_on")
        .annotate(sum=Sum("worked_minutes"))
    )
    return dict(rows)


def utilization(staff: Sequence[StaffMember], first: date, last: date) -> Share:
    """The share of the period, days from `first` to `last` both included. Three statements."""
    required = required_for(staff, first, last)
    return Share(
        billable=sum(billable_by_day(staff, first, last).values()),
        required=sum(sum(days.values()) for days in required.values()),
    )


def weekly_chart(staff: Sequence[StaffMember], today: date, *, chart_id: str, title: str) -> Chart:
    """The last twelve weeks, this one included, as percentages."""
    monday = today - timedelta(days=today.weekday())
    first, last = monday - timedelta(weeks=WEEKS - 1), monday + timedelta(days=6)
    billable: defaultdict[date, int] = defaultdict(int)
    required: defaultdict[date, int] = defaultdict(int)
    for on, minutes in billable_by_day(staff, first, last).items():
        billable[on - timedelta(days=on.weekday())] += minutes
    for days in required_for(staff, first, last).values():
        for on, minutes in days.items():
            required[on - timedelta(days=on.weekday())] += minutes
    weeks = [first + timedelta(weeks=n) for n in range(WEEKS)]
    shares = [Share(billable[week], required[week]).percent for week in weeks]
    series = Series(
        "billable share",
        [share or 0 for share in shares],
        "chart-1",
        [f"{share} %" if share is not None else "–" for share in shares],
    )
    labels = [f"W{week.isocalendar().week}" for week in weeks]
    return Chart(chart_id, title, labels, [series], unit="%", highest=100)
