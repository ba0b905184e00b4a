"""Schedules: made, changed, paused, run; their runs and the next dates."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.models import BillingSchedule, ScheduleRun
from billing.schedules import dates_after
from billing.scheduling import (
    change_schedule,
    make_schedule,
    pause_schedule,
    resume_schedule,
    run_now,
    skip_run,
)
from core import clock
from core.api import (
    Amount,
    ChangedPart,
    Day,
    Id,
    Listing,
    Part,
    Routes,
    Row,
    Wish,
    WishedAmount,
    page,
    words_of,
)
from core.cycles import MOST_PERIODS
from core.money import ZERO
from people.guards import guarded
from projects.models import Project, recurrence

routes = Routes("billing")

Frequency = Annotated[recurrence.Frequency, words_of(recurrence.Frequency)]
Timing = Annotated[recurrence.Timing, words_of(recurrence.Timing)]
Action = Annotated[BillingSchedule.Action, words_of(BillingSchedule.Action)]
RunState = Annotated[ScheduleRun.State, words_of(ScheduleRun.State)]


class ScheduleRow(Row):
    """A schedule and the next twelve days on which it runs."""

    id: int
    project_id: int
    name: str
    frequency: Frequency
    anchor_day: int
    starts_on: date
    ends_on: date | None
    period_count: int | None = Field(
        description="After how many periods it ends; the last day follows from it."
    )
    timing: Timing
    action: Action
    fee_name: str
    fee_amount: Amount | None
    prorates: bool
    escalator_percent: Amount
    is_active: bool
    runs_from: date = Field(description="What was due before is not caught up.")
    next_dates: list[date]
    updated_at: datetime


class RunRow(Row):
    """One period: there is one run of it, with its invoice or the reason why there is none."""

    id: int
    schedule_id: int
    period_first_on: date
    period_last_on: date
    due_on: date
    state: RunState
    reason: str
    invoice_id: int | None
    invoice_ids: list[int] = Field(description="What it drafted: one, or one for each payer.")
    tries: int
    ran_at: datetime | None

    @staticmethod
    def resolve_invoice_ids(run: ScheduleRun) -> list[int]:
        return [invoice.pk for invoice in run.invoices]


class ScheduleFilters(ChangedPart):
    project_id: Id | None = None
    is_active: bool | None = None


class ScheduleTermsWish(Wish):
    """When a schedule runs, and what it does."""

    name: str = Field(min_length=1, max_length=120)
    frequency: Frequency = BillingSchedule.Frequency.MONTHLY
    anchor_day: int = Field(
        1, ge=1, le=31, description="A day of the month; for weeks 1 (Monday) to 7 (Sunday)."
    )
    starts_on: Day
    ends_on: Day | None = None
    period_count: Annotated[int, Field(ge=1, le=MOST_PERIODS)] | None = Field(
        None, description="Instead of the last day: after how many periods it ends; a short first one counts."
    )
    timing: Timing = BillingSchedule.Timing.LAST_DAY
    action: Action = BillingSchedule.Action.DRAFT
    fee_name: str = Field(
        "", max_length=160, description="A fee for each period besides the work; with an amount."
    )
    fee_amount: WishedAmount | None = Field(None, gt=0, description="Of a whole period.")
    prorates: bool = Field(
        True, description="Whether a shorter first or last period costs its share of the days."
    )
    escalator_percent: WishedAmount = Field(
        ZERO, ge=0, le=100, description="By how much the fee rises each year."
    )


class ScheduleWish(ScheduleTermsWish):
    project_id: Id


class RunWish(Wish):
    on: Day | None = Field(None, description="By default today.")


OWN = (
    "id", "project_id", "name", "frequency", "anchor_day", "starts_on", "ends_on", "period_count", "timing", "action",
    "fee_name", "fee_amount", "prorates", "escalator_percent", "is_active", "runs_from", "updated_at",
)  # fmt: skip


def _row(schedule: BillingSchedule, today: date) -> ScheduleRow:
    dates = dates_after(schedule, today) if schedule.is_active else []
    return ScheduleRow(**{name: getattr(schedule, name) for name in OWN}, next_dates=dates)


def find(schedule_id: int) -> BillingSchedule:
    return get_object_or_404(BillingSchedule, pk=schedule_id)


@routes.read("/schedules", Listing[ScheduleRow])
@guarded(VIEW_BILLING)
def list_schedules(request: HttpRequest, wanted: Query[ScheduleFilters]) -> dict[str, Any]:
    """Schedules with their next dates."""
    asked = {"project": wanted.project_id, "is_active": wanted.is_active}
    rows = BillingSchedule.objects.filter(
        **{name: value for name, value in asked.items() if value is not None}
    )
    found, today = page(rows, wanted), clock.today(request.user)
    return found | {"items": [_row(each, today) for each in found["items"]]}


@routes.write("/schedules", ScheduleRow, status=201)
@guarded(DRAFT_INVOICES)
def create_schedule(request: HttpRequest, wish: ScheduleWish) -> ScheduleRow:
    """A schedule that runs from today or its start, whichever is later. To issue by itself takes the right to issue."""
    today, fields = clock.today(request.user), wish.model_dump()
    project = get_object_or_404(Project, pk=fields.pop("project_id"))
    return _row(make_schedule(project=project, by=request.user, on=today, **fields), today)


@routes.read("/schedules/{int:schedule_id}", ScheduleRow)
@guarded(VIEW_BILLING)
def show_schedule(request: HttpRequest, schedule_id: int) -> ScheduleRow:
    """One schedule."""
    return _row(find(schedule_id), clock.today(request.user))


@routes.write("/schedules/{int:schedule_id}", ScheduleRow, method="PUT")
@guarded(DRAFT_INVOICES)
def update_schedule(request: HttpRequest, schedule_id: int, wish: ScheduleTermsWish) -> ScheduleRow:
    """Another calendar or another action, from today on; what was billed stays."""
    today = clock.today(request.user)
    changed = change_schedule(schedule=find(schedule_id), by=request.user, on=today, **wish.model_dump())
    return _row(changed, today)


@routes.write("/schedules/{int:schedule_id}/pause", ScheduleRow)
@guarded(DRAFT_INVOICES)
def pause(request: HttpRequest, schedule_id: int) -> ScheduleRow:
    """It runs no more until it is resumed."""
    pause_schedule(schedule=find(schedule_id), by=request.user)
    return _row(find(schedule_id), clock.today(request.user))


@routes.write("/schedules/{int:schedule_id}/resume", ScheduleRow)
@guarded(DRAFT_INVOICES)
def resume(request: HttpRequest, schedule_id: int) -> ScheduleRow:
    """It runs again from today; what fell into the pause is not caught up."""
    today = clock.today(request.user)
    resume_schedule(schedule=find(schedule_id), by=request.user, on=today)
    return _row(find(schedule_id), today)


@routes.write("/schedules/{int:schedule_id}/run", list[RunRow])
@guarded(DRAFT_INVOICES)
def run(request: HttpRequest, schedule_id: int, wish: RunWish) -> list[ScheduleRun]:
    """Runs what is due by a day and not done, missed periods first. Repeating it bills nothing twice.

    A schedule that issues takes the right to issue.
    """
    on = min(wish.on or clock.today(request.user), clock.today(request.user))
    ran = run_now(schedule=find(schedule_id), by=request.user, on=on, at=clock.now())
    prefetch_related_objects(ran, "further_invoices")
    return ran


@routes.read("/schedules/{int:schedule_id}/runs", Listing[RunRow])
@guarded(VIEW_BILLING)
def list_runs(request: HttpRequest, schedule_id: int, wanted: Query[Part]) -> dict[str, Any]:
    """What became of each period."""
    runs = ScheduleRun.objects.filter(schedule=find(schedule_id)).select_related("invoice")
    return page(runs.prefetch_related("further_invoices"), wanted)


@routes.write("/schedule-runs/{int:run_id}/skip", RunRow)
@guarded(DRAFT_INVOICES)
def skip(request: HttpRequest, run_id: int) -> ScheduleRun:
    """Gives up a run that failed, so that the next ones go on; its draft stays."""
    return skip_run(run=get_object_or_404(ScheduleRun, pk=run_id), by=request.user)
