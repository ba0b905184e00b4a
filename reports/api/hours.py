"""Reports for programs."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from core import clock
from core.api import Amount, Day, Routes
from core.periods import Period, month_of
from people.guards import guarded
from projects.access import VIEW_ALL_PROJECTS
from reports.hours import HoursReport, hours_report

routes = Routes("time")


class HoursFilters(Schema):
    first_on: Day | None = Field(None, description="By default the first of this month.")
    last_on: Day | None = Field(None, description="By default the last of this month.")
    only_approved: bool = False


class HoursRow(Schema):
    """One person on one project. `amount` is null for those who may not see rates."""

    client_name: str
    project_id: int
    project_name: str
    project_code: str
    staff_id: int
    staff_name: str
    worked_minutes: int
    billable_minutes: int
    unrated_minutes: int = Field(description="Billable, without a rate, and in no amount.")
    currency: str
    amount: Amount | None


class HoursSums(Schema):
    currency: str
    worked_minutes: int
    billable_minutes: int
    unrated_minutes: int
    amount: Amount | None


class HoursAnswer(Schema):
    first_on: date
    last_on: date
    rows: list[HoursRow]
    totals: list[HoursSums]


@routes.read("/reports/hours", HoursAnswer)
@guarded(VIEW_ALL_PROJECTS)
def show_hours(request: HttpRequest, wanted: Query[HoursFilters]) -> dict[str, Any]:
    """Hours and amounts by project and person in a period."""
    month = month_of(clock.today(request.user))
    first, last = wanted.first_on or month.first, wanted.last_on or month.last
    period = Period(min(first, last), max(first, last))
    report = hours_report(period, by=request.user, only_approved=wanted.only_approved)
    return {
        "first_on": period.first,
        "last_on": period.last,
        "rows": _rows(report),
        "totals": [
            HoursSums(
                currency=sums.currency,
                worked_minutes=sums.worked,
                billable_minutes=sums.billable,
                unrated_minutes=sums.unrated,
                amount=sums.amount if report.has_amounts else None,
            )
            for sums in report.totals
        ],
    }


def _rows(report: HoursReport) -> list[HoursRow]:
    return [
        HoursRow(
            client_name=line.client,
            project_id=line.project_id,
            project_name=line.project,
            project_code=line.code,
            staff_id=line.staff_id,
            staff_name=line.person,
            worked_minutes=line.worked,
            billable_minutes=line.billable,
            unrated_minutes=line.unrated,
            currency=line.currency,
            amount=line.amount if report.has_amounts else None,
        )
        for line in report.lines
    ]
