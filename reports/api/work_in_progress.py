"""Work in progress for programs."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from billing.access import VIEW_BILLING
from core import clock
from core.api import Amount, Day, Routes, Row
from core.periods import month_of
from people.guards import guarded
from reports.work_in_progress import work_in_progress

routes = Routes("billing")


class WorkInProgressFilters(Schema):
    first_on: Day | None = Field(None, description="By default the first of this month.")
    last_on: Day | None = Field(None, description="By default today.")


class WorkInProgressFigures(Row):
    """opening + new_time + new_expenses + revalued − billed − written_down − written_off = closing, which is the sum of
    the ages. `on_draft` and `on_hold` are parts of it as of now, `waiting` stands beside it."""

    opening: Amount
    new_time: Amount
    new_expenses: Amount
    revalued: Amount = Field(description="Hours and rates of earlier work that changed between the days.")
    billed: Amount = Field(description="Below zero where more was voided or credited than billed.")
    written_down: Amount = Field(description="Relieved, and neither billed nor written off.")
    written_off: Amount
    closing: Amount
    age_1: Amount = Field(description="Up to 30 days old on the last day.")
    age_2: Amount = Field(description="31 to 60 days.")
    age_3: Amount = Field(description="61 to 90 days.")
    age_4: Amount = Field(description="Older.")
    on_draft: Amount
    on_hold: Amount
    waiting: Amount = Field(description="Not approved yet.")


class WorkInProgressRow(Schema):
    client_id: int
    client_name: str
    project_id: int
    project_name: str
    currency: str
    movement: WorkInProgressFigures


class WorkInProgressSums(Schema):
    currency: str
    movement: WorkInProgressFigures


class WorkInProgressAnswer(Schema):
    first_on: date
    last_on: date
    rows: list[WorkInProgressRow]
    totals: list[WorkInProgressSums]


@routes.read("/reports/work-in-progress", WorkInProgressAnswer)
@guarded(VIEW_BILLING)
def show_work_in_progress(request: HttpRequest, wanted: Query[WorkInProgressFilters]) -> dict[str, Any]:
    """Work in progress by project between two days: opening, new, revalued, billed, written down and off, closing by
    age."""
    today = clock.today(request.user)
    first, last = wanted.first_on or month_of(today).first, wanted.last_on or today
    report = work_in_progress(request.user, min(first, last), max(first, last))
    return {
        "first_on": report.first,
        "last_on": report.last,
        "rows": [
            WorkInProgressRow(
                client_id=row.project.client_id,
                client_name=row.project.client.name,
                project_id=row.project.pk,
                project_name=row.project.name,
                currency=row.currency,
                movement=WorkInProgressFigures.from_orm(row.movement),
            )
            for row in report.rows
        ],
        "totals": [
            WorkInProgressSums(currency=currency, movement=WorkInProgressFigures.from_orm(movement))
            for currency, movement in report.totals()
        ],
    }
