"""Schedules: made, changed, paused; and run, each period once, in order, whoever else runs them at the same moment.

A run is a row of (schedule, period). Its steps (draft, issue, send) lock it one after the other, each in its own
transaction, and look at what is there already; so a run that broke off goes on where it stopped.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from billing.access import DRAFT_INVOICES, ISSUE_INVOICES
from billing.delivering import send_invoice
from billing.drafting import NothingToBill, TakenMeanwhile, draft_invoices
from billing.issuing import issue_invoice
from billing.letters import first_message
from billing.models import BillingSchedule, Invoice, ScheduleRun
from billing.recipients import mailed_to
from billing.scheduled_fees import add_fee
from billing.schedules import FINISHED, due_day, fee_of, finished_periods, missing, through_day
from clients.entities import entity_book
from core import audit
from core.cycles import MOST_PERIODS, Cycle, Span, last_day
from core.errors import Conflict, Refusal
from core.money import ZERO
from core.promises import promises
from people.access import has_right, require
from people.models import User
from projects.models import Project
from projects.period_terms import EITHER_END

logger = logging.getLogger(__name__)

State = ScheduleRun.State
Action = BillingSchedule.Action

FEE = ("fee_name", "fee_amount", "prorates", "escalator_percent")
CALENDAR = ("frequency", "anchor_day", "starts_on", "ends_on", "timing")
TERMS = ("name", "action", "period_count", *CALENDAR, *FEE)


class TwoEnds(Refusal):
    """A number of periods and another last day than theirs."""

    sentence = EITHER_END


class RunIsOver(Conflict):
    """Only a run that failed is skipped."""

    sentence = "This run is done already."


def make_schedule(
    *,
    project: Project,
    name: str,
    frequency: str,
    anchor_day: int,
    starts_on: date,
    timing: str,
    action: str,
    by: User | None,
    on: date,
    ends_on: date | None = None,
    period_count: int | None = None,
    fee_name: str = "",
    fee_amount: Decimal | None = None,
    prorates: bool = True,
    escalator_percent: Decimal = ZERO,
) -> BillingSchedule:
    """A schedule that runs from today (`on`) or its start, whichever is later; nothing before is caught up.

    Whoever makes one that issues needs the right to issue. Raises NotAllowed, Refusal of a calendar that is none.
    """
    _require(by, action)
    with promises(), transaction.atomic():
        schedule = BillingSchedule.objects.create(
            project=project,
            name=name,
            frequency=frequency,
            anchor_day=anchor_day,
            starts_on=starts_on,
            ends_on=_end(Cycle(frequency, anchor_day, starts_on, ends_on), period_count),
            period_count=period_count,
            timing=timing,
            action=action,
            fee_name=fee_name,
            fee_amount=fee_amount,
            prorates=prorates,
            escalator_percent=escalator_percent,
            runs_from=on,
            created_by=by,
        )
        audit.acting("schedule.make", by=by, subject=schedule)
    return schedule


def change_schedule(
    *,
    schedule: BillingSchedule,
    name: str,
    frequency: str,
    anchor_day: int,
    starts_on: date,
    timing: str,
    action: str,
    by: User | None,
    on: date,
    ends_on: date | None = None,
    period_count: int | None = None,
    fee_name: str = "",
    fee_amount: Decimal | None = None,
    prorates: bool = True,
    escalator_percent: Decimal = ZERO,
) -> BillingSchedule:
    """Changes when it runs and what it does, from today (`on`) on. Raises NotAllowed, Refusal."""
    _require(by, action)
    ends_on = _end(Cycle(frequency, anchor_day, starts_on, ends_on), period_count)
    calendar = (frequency, anchor_day, starts_on, ends_on, timing)
    fee = (fee_name, fee_amount, prorates, escalator_percent)
    with promises(), transaction.atomic():
        schedule = BillingSchedule.objects.select_for_update().get(pk=schedule.pk)
        audit.acting("schedule.change", by=by, subject=schedule)
        before = tuple(getattr(schedule, field) for field in CALENDAR)
        for field, value in zip(TERMS, (name, action, period_count, *calendar, *fee), strict=True):
            setattr(schedule, field, value)
        if before != calendar:
            # Another calendar has other periods: what the old one billed is not billed again by the new one.
            schedule.runs_from = max(schedule.runs_from, on)
        schedule.save()
    return schedule


def _end(cycle: Cycle, period_count: int | None) -> date | None:
    """The last day: the one that is given, or that of so many periods. Raises TwoEnds."""
    if period_count is None:
        return cycle.ends_on
    last = last_day(cycle, min(max(period_count, 1), MOST_PERIODS))
    if cycle.ends_on not in (None, last):
        raise TwoEnds(field="period_count")
    return last


def pause_schedule(*, schedule: BillingSchedule, by: User | None) -> None:
    """It runs no more until it is resumed. Raises NotAllowed."""
    _set_active(schedule, by, is_active=False)


def resume_schedule(*, schedule: BillingSchedule, by: User | None, on: date) -> None:
    """It runs again from `on`; what fell into the pause is not caught up. Raises NotAllowed."""
    _set_active(schedule, by, is_active=True, runs_from=on)


def _set_active(
    schedule: BillingSchedule, by: User | None, *, is_active: bool, runs_from: date | None = None
) -> None:
    _require(by, schedule.action if is_active else Action.DRAFT)
    with promises(), transaction.atomic():
        found = BillingSchedule.objects.select_for_update().get(pk=schedule.pk)
        if found.is_active == is_active:
            return
        audit.acting("schedule.resume" if is_active else "schedule.pause", by=by, subject=found)
        found.is_active, found.runs_from = is_active, runs_from or found.runs_from
        found.save(update_fields=["is_active", "runs_from"])


def skip_run(*, run: ScheduleRun, by: User | None) -> ScheduleRun:
    """Gives a failed run up, so that the next ones go on; its draft stays. Raises NotAllowed, RunIsOver."""
    _require(by, Action.DRAFT)
    with promises(), transaction.atomic():
        run = ScheduleRun.objects.select_for_update(of=("self",)).select_related("schedule").get(pk=run.pk)
        if run.state in FINISHED:
            raise RunIsOver
        audit.acting("schedule.skip", by=by, subject=run.schedule, period=run.period_first_on)
        who = by.name if by else "the system"
        run.state, run.reason = State.NOTHING, f"Skipped by {who}. {run.reason}"[:400]
        run.save(update_fields=["state", "reason"])
    return run


def can_run(by: User | None, schedule: BillingSchedule) -> bool:
    """Whether the person may do what the schedule does."""
    return all(has_right(by, right) for right in _rights(schedule.action))


def _rights(action: str) -> tuple[str, ...]:
    return (DRAFT_INVOICES,) if action == Action.DRAFT else (DRAFT_INVOICES, ISSUE_INVOICES)


def _require(by: User | None, action: str) -> None:
    for right in _rights(action):
        require(by, right)


def run_schedules(
    *, at: datetime, on: date | None = None, schedule: BillingSchedule | None = None
) -> list[ScheduleRun]:
    """Runs what is due by `on` and not done, missed periods first, in order; returns those runs.

    By default `on` is the date of each schedule's client, where the legal entity is that bills it.

    A period that fails keeps the later ones of its schedule waiting, so that none overtakes it; other schedules go on.
    """
    active = BillingSchedule.objects.filter(is_active=True).select_related("project__client").order_by("pk")
    found = list(active.filter(pk=schedule.pk) if schedule else active)
    done = finished_periods(found)
    entities = entity_book()
    ran: list[ScheduleRun] = []
    for each in found:
        today = on or entities.today_of(each.project.client, at)
        for span in missing(each, today, done.get(each.pk, ())):
            run = _run(each, span, on=today, at=at)
            ran.append(run)
            if run.state not in FINISHED:
                break
    return ran


def run_now(*, schedule: BillingSchedule, by: User | None, on: date, at: datetime) -> list[ScheduleRun]:
    """Runs what of one schedule is due by `on`, at once, for somebody who may do what it does.

    What it issues carries the date `on`. Raises NotAllowed.
    """
    _require(by, schedule.action)
    return run_schedules(on=on, at=at, schedule=schedule)


def _run(schedule: BillingSchedule, span: Span, *, on: date, at: datetime) -> ScheduleRun:
    """One period, step by step; what refuses is kept with its reason and tried again."""
    run_id = _claim(schedule, span)
    steps: list[Callable[[ScheduleRun], None]] = [lambda run: _draft(run, schedule, span)]
    if schedule.action != Action.DRAFT:
        steps.append(lambda run: _issue(run, on, at))
    if schedule.action == Action.SEND:
        steps.append(lambda run: _send(run, at))
    steps.append(lambda run: _close(run, State.DONE, "", at))
    try:
        for step in steps:
            _locked(run_id, step)
    except NothingToBill as refusal:
        reason = refusal.message
        _locked(run_id, lambda run: _close(run, State.NOTHING, reason, at))
    except (Refusal, OSError) as error:
        reason = (
            error.message
            if isinstance(error, Refusal)
            else "The PDF could not be written. It is tried again."
        )
        _locked(run_id, lambda run: _close(run, State.FAILED, reason, at))
    except Exception:
        # One schedule must not keep the others from running; what went wrong stands in the log.
        logger.exception("schedule %s failed for %s", schedule.pk, span.key)
        reason = "Something went wrong on our side. It is tried again."
        _locked(run_id, lambda run: _close(run, State.FAILED, reason, at))
    return ScheduleRun.objects.select_related("schedule", "invoice").get(pk=run_id)


def _claim(schedule: BillingSchedule, span: Span) -> int:
    """The period's row: made once, whoever comes first."""
    run, _ = ScheduleRun.objects.get_or_create(
        schedule=schedule,
        period_first_on=span.first,
        defaults={"period_last_on": span.last, "due_on": due_day(schedule, span)},
    )
    return run.pk


def _locked(run_id: int, step: Callable[[ScheduleRun], None]) -> None:
    """One step in its own transaction, under the run's lock; nothing once the run is done."""
    with promises(), transaction.atomic():
        run = ScheduleRun.objects.select_for_update(of=("self",)).select_related("invoice").get(pk=run_id)
        if run.state not in FINISHED:
            step(run)


def _draft(run: ScheduleRun, schedule: BillingSchedule, span: Span) -> None:
    if run.invoice_id is not None:
        return
    through = through_day(schedule, run.due_on)
    fee = fee_of(schedule, span)
    (drafted,) = draft_invoices(projects=[schedule.project], through=through, by=None, on=run.due_on)
    drafts = list(drafted.invoices)
    if not drafts and drafted.is_taken:
        raise TakenMeanwhile
    if fee:
        drafts = add_fee(schedule, span, fee, drafts)
    if not drafts:
        raise NothingToBill(drafted.reason)
    # Where payers share the project, each has a draft.
    run.invoice = drafts[0]
    Invoice.objects.filter(pk__in=[each.pk for each in drafts[1:]]).update(schedule_run=run)
    run.save(update_fields=["invoice"])


def _invoices(run: ScheduleRun) -> list[Invoice]:
    """What the run drafted: one invoice, or one for each payer."""
    ours = Q(pk=run.invoice_id) | Q(schedule_run=run)
    return list(Invoice.objects.filter(ours).select_related("client", "entity").order_by("pk"))


def _issue(run: ScheduleRun, on: date, at: datetime) -> None:
    for invoice in _invoices(run):
        if invoice.state == Invoice.State.DRAFT:
            issue_invoice(invoice=invoice, by=None, on=on, at=at)


def _send(run: ScheduleRun, at: datetime) -> None:
    for invoice in _invoices(run):
        if invoice.state == Invoice.State.ISSUED and invoice.sent_at is None:
            people, words = mailed_to(invoice), first_message(invoice)
            send_invoice(invoice=invoice, to=people.to, cc=people.cc, message=words, by=None, at=at)


def _close(run: ScheduleRun, state: str, reason: str, at: datetime) -> None:
    audit.acting("schedule.run", by=None, subject=run.schedule, period=run.period_first_on, state=state)
    run.state, run.reason, run.ran_at = state, reason[:400], at
    run.tries += 1
    run.save(update_fields=["state", "reason", "ran_at", "tries"])
