"""When schedules run: their periods, the next dates, and what became of each run."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from billing.models import BillingSchedule, ScheduleRun
from billing.pricing.recurring import amount_of, due_on, due_spans, next_dates, price_on
from core.cycles import Cycle, Span
from projects.models import ContractLine

FINISHED = (ScheduleRun.State.DONE, ScheduleRun.State.NOTHING)


def cycle_of(schedule: BillingSchedule) -> Cycle:
    """The schedule's calendar."""
    return Cycle(schedule.frequency, schedule.anchor_day, schedule.starts_on, schedule.ends_on)


def calendar_of(contract_line: str) -> dict[str, Any]:
    """What a schedule takes over from a contract line with periods, by its id; nothing where that is none."""
    if not contract_line.isdecimal():
        return {}
    lines = ContractLine.objects.exclude(frequency="").filter(pk=int(contract_line[:12]))
    names = ("name", "frequency", "anchor_day", "timing", "period_count")
    row = lines.values(*names, "first_period_on", "last_period_on").first()
    if row is None:
        return {}
    return typed_end(row | {"starts_on": row.pop("first_period_on"), "ends_on": row.pop("last_period_on")})


def typed_end(terms: dict[str, Any]) -> dict[str, Any]:
    """The terms as a form shows them: either the number of periods or the last day."""
    return terms if terms["period_count"] is None else terms | {"ends_on": None}


def is_in_advance(schedule: BillingSchedule) -> bool:
    """Whether a period is billed on its first day."""
    return bool(schedule.timing == BillingSchedule.Timing.FIRST_DAY)


def due_day(schedule: BillingSchedule, span: Span) -> date:
    """The day on which a period is billed."""
    return due_on(span, in_advance=is_in_advance(schedule))


def through_day(schedule: BillingSchedule, due: date) -> date:
    """Up to which day work is billed: the run's own day at the end of a period, the day before at its beginning."""
    return due - timedelta(days=1) if is_in_advance(schedule) else due


def dates_after(schedule: BillingSchedule, after: date, *, number: int = 12) -> list[date]:
    """The next days on which it runs, after `after` and not before it was set going."""
    since = max(after, schedule.runs_from - timedelta(days=1))
    return next_dates(cycle_of(schedule), since, in_advance=is_in_advance(schedule), number=number)


def fee_of(schedule: BillingSchedule, span: Span) -> Decimal | None:
    """The fee of a period in the client's currency: risen year by year, its share of the days if it is short."""
    if schedule.fee_amount is None:
        return None
    currency = schedule.project.client.currency
    price = price_on(
        schedule.fee_amount, schedule.escalator_percent, cycle_of(schedule), span.first, currency
    )
    return amount_of(span, price, currency, prorates=schedule.prorates)


@dataclass(frozen=True)
class Upcoming:
    """A day on which it will run, and the fee of that period if it has one."""

    day: date
    fee: Decimal | None


def upcoming(schedule: BillingSchedule, after: date, *, number: int = 12) -> list[Upcoming]:
    """The next days with what each will bill besides the work."""
    days = set(dates_after(schedule, after, number=number))
    last = max(days, default=None)
    due = due_spans(cycle_of(schedule), last, in_advance=is_in_advance(schedule)) if last else []
    return [
        Upcoming(day, fee_of(schedule, span))
        for span in due
        for day in [due_day(schedule, span)]
        if day in days
    ]


def missing(schedule: BillingSchedule, on: date, finished: Iterable[date]) -> list[Span]:
    """The periods that are due by `on` and not done, in order; `finished` are the first days of those that are."""
    done = set(finished)
    return [
        span
        for span in due_spans(cycle_of(schedule), on, in_advance=is_in_advance(schedule))
        if span.first not in done and due_day(schedule, span) >= schedule.runs_from
    ]


def finished_periods(schedules: Iterable[BillingSchedule]) -> dict[int, set[date]]:
    """The first days of the periods that are done, by schedule. One statement."""
    found: dict[int, set[date]] = {}
    rows = ScheduleRun.objects.filter(schedule__in=[each.pk for each in schedules], state__in=FINISHED)
    for schedule_id, first_on in rows.order_by().values_list("schedule_id", "period_first_on"):
        found.setdefault(schedule_id, set()).add(first_on)
    return found


@dataclass(frozen=True)
class Shown:
    """A schedule with its next dates and its last run."""

    schedule: BillingSchedule
    dates: list[Upcoming]
    last_run: ScheduleRun | None = None
    waiting: list[Span] = field(default_factory=list)

    @property
    def next_on(self) -> date | None:
        return self.dates[0].day if self.dates and self.schedule.is_active else None


def schedules_page(on: date, *, project_id: int | None = None) -> list[Shown]:
    """All schedules, the active first, each with its next dates. Three statements."""
    rows = BillingSchedule.objects.select_related("project__client").order_by("-is_active", "name", "pk")
    schedules = list(rows.filter(project=project_id) if project_id else rows)
    latest = ScheduleRun.objects.filter(schedule__in=schedules).select_related("invoice")
    last = {run.schedule_id: run for run in latest.order_by("schedule_id", "-due_on").distinct("schedule_id")}
    done = finished_periods(schedules)
    return [_shown(each, on, last.get(each.pk), done.get(each.pk, set())) for each in schedules]


def shown(schedule: BillingSchedule, on: date) -> Shown:
    """One schedule. Two statements."""
    last = schedule.runs.select_related("invoice").order_by("-due_on").first()
    return _shown(schedule, on, last, finished_periods([schedule]).get(schedule.pk, set()))


def _shown(schedule: BillingSchedule, on: date, last: ScheduleRun | None, done: set[date]) -> Shown:
    waiting = missing(schedule, on, done) if schedule.is_active else []
    return Shown(schedule, upcoming(schedule, on), last, waiting)


RUNS = 50


def runs_of(schedule: BillingSchedule, *, first: int = 0) -> list[ScheduleRun]:
    """Its runs, the latest first, each with its invoices. Two statements."""
    rows = ScheduleRun.objects.filter(schedule=schedule).select_related("invoice")
    rows = rows.prefetch_related("further_invoices")
    return list(rows.order_by("-due_on", "-pk")[first : first + RUNS])


def failed_runs() -> int:
    """How many runs of active schedules failed and wait for a person. One statement."""
    return ScheduleRun.objects.filter(Q(schedule__is_active=True), state=ScheduleRun.State.FAILED).count()
