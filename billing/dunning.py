"""Open invoices as reminders see them on a day: the step each has reached, what stops it, what is due now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from billing.dunning_days import next_working_day, reached_step
from billing.models import DunningRules, DunningStep, DunningStop, Invoice, RemindedInvoice
from billing.recipients import Recipients, recipients_by_client
from clients.models import Client
from core.money import ZERO

ONE_DAY = timedelta(days=1)
NOBODY = Recipients([], [])

Kind = DunningStop.Kind


@dataclass(frozen=True)
class Plan:
    """The firm's rules and its steps in use. Two statements."""

    rules: DunningRules
    steps: dict[int, DunningStep]

    @property
    def days(self) -> list[int]:
        return sorted(self.steps)

    def step_of(self, level: int | None) -> DunningStep | None:
        """The step of a level; a repetition is of the last one."""
        if level is None:
            return None
        return self.steps.get(level) or (self.steps[self.days[-1]] if self.steps else None)

    def tone_of(self, level: int | None) -> str:
        step = self.step_of(level)
        return step.tone if step else DunningStep.Tone.FRIENDLY


def plan_now() -> Plan:
    """The rules as they stand."""
    return Plan(
        DunningRules.objects.get(pk=1),
        {step.days: step for step in DunningStep.objects.filter(is_active=True)},
    )


@dataclass(frozen=True)
class Past:
    """What was written about an invoice so far. Mails that were taken back do not count."""

    level: int | None = None
    times: int = 0
    last_on: date | None = None


@dataclass(frozen=True)
class Case:
    """An open invoice on a day of its client's calendar. Amounts in the invoice's currency.

    `payable_amount` is open and not under way. `level` is the step it has reached. `stop` says in a word why nothing is
    written about it: processing, disputed, paused, promised, nobody, enough; empty when nothing stops it.
    """

    invoice: Invoice
    day: date
    open_amount: Decimal
    payable_amount: Decimal
    level: int | None
    past: Past
    stop: str
    stops: tuple[DunningStop, ...]

    @property
    def days_overdue(self) -> int:
        return (self.day - self.invoice.due_on).days if self.invoice.due_on else 0

    @property
    def is_overdue(self) -> bool:
        return self.days_overdue > 0

    @property
    def promise(self) -> DunningStop | None:
        return next((stop for stop in self.stops if stop.kind == Kind.PROMISE), None)

    @property
    def dispute(self) -> DunningStop | None:
        return next((stop for stop in self.stops if stop.kind == Kind.DISPUTE), None)

    @property
    def pause(self) -> DunningStop | None:
        return next((stop for stop in self.stops if stop.kind == Kind.PAUSE), None)

    @property
    def is_promise_broken(self) -> bool:
        """Promised until a day that is over, and still open."""
        return self.promise is not None and not self.stop and self.promise.until < self.day  # type: ignore[operator]

    @property
    def is_due(self) -> bool:
        """Whether a mail about it should go now: a step it has not been told of, or a promise that was not kept."""
        if self.stop or self.level is None:
            return False
        if self.past.level is None or self.level > self.past.level:
            return True
        return self.is_promise_broken and not _told_since(self)


def open_bills(on: date) -> QuerySet[Any]:
    """Issued invoices of which something is open, by client, the longest due first."""
    found = Invoice.objects.open().filter(kind=Invoice.Kind.INVOICE, issued_on__lte=on)
    return found.select_related("client", "entity").order_by("client__name", "client_id", "due_on", "pk")


def pasts(invoice_ids: Iterable[int]) -> dict[int, Past]:
    """What was written about these invoices. One statement."""
    rows = (
        RemindedInvoice.objects.filter(invoice__in=list(invoice_ids), reminder__called_off_at=None)
        .values_list("invoice_id")
        .annotate(
            level=Max("step_days"),
            times=Count("pk", filter=Q(reminder__by_name="")),
            last=Max("reminder__day"),
        )
    )
    return {pk: Past(level, times, last) for pk, level, times, last in rows}


def live_stops(client_ids: Iterable[int]) -> dict[tuple[int, int | None], list[DunningStop]]:
    """Stops that nobody ended, by (client, invoice or None for everything of it). One statement."""
    found: defaultdict[tuple[int, int | None], list[DunningStop]] = defaultdict(list)
    for stop in DunningStop.objects.filter(client__in=set(client_ids), ended_on=None):
        found[stop.client_id, stop.invoice_id].append(stop)
    return found


def cases_of(invoices: Iterable[Any], plan: Plan, days: dict[int, date]) -> list[Case]:
    """The cases of invoices that carry their balance, on the day of each client by its id. Three statements."""
    listed = [invoice for invoice in invoices if invoice.client_id in days]
    before = pasts(invoice.pk for invoice in listed)
    stops = live_stops(days)
    people = recipients_by_client(days)
    return [
        _case(
            invoice,
            days[invoice.client_id],
            plan,
            before.get(invoice.pk, Past()),
            (*stops.get((invoice.client_id, invoice.pk), ()), *stops.get((invoice.client_id, None), ())),
            people.get(invoice.client_id, NOBODY),
        )
        for invoice in listed
    ]


def cases(on: date, *, client: Client | None = None, plan: Plan | None = None) -> list[Case]:
    """All open invoices, or those of one client, on one day. Six statements."""
    plan = plan or plan_now()
    bills = open_bills(on)
    found = list(bills.filter(client=client) if client else bills)
    return cases_of(found, plan, {invoice.client_id: on for invoice in found})


def _case(
    invoice: Any, day: date, plan: Plan, past: Past, stops: tuple[DunningStop, ...], people: Recipients
) -> Case:
    payable = max(invoice.balance_amount - invoice.processing_amount, ZERO)
    level = _level(invoice, day, plan)
    if not payable:
        stop = "processing"
    elif word := _stopped_by(stops, day):
        stop = word
    elif not people.to:
        stop = "nobody"
    else:
        stop = "enough" if past.times >= plan.rules.most_mails else ""
    return Case(invoice, day, invoice.balance_amount, payable, level, past, stop, stops)


def _first_day(invoice: Any) -> int:
    """The day of issue, in days after the due date."""
    return int((invoice.issued_on - invoice.due_on).days)


def _level(invoice: Any, day: date, plan: Plan) -> int | None:
    return reached_step(
        (day - invoice.due_on).days,
        plan.days,
        repeat_days=plan.rules.repeat_days,
        first_day=_first_day(invoice),
    )


def _stopped_by(stops: tuple[DunningStop, ...], day: date) -> str:
    """Which of the stops holds on that day; a promise and a pause hold through their last day."""
    holding = {stop.kind for stop in stops if stop.until is None or stop.until >= day}
    for kind, word in ((Kind.DISPUTE, "disputed"), (Kind.PAUSE, "paused"), (Kind.PROMISE, "promised")):
        if kind in holding:
            return word
    return ""


STOP_WORDS = {
    "processing": "A payment is on its way",
    "disputed": "Disputed",
    "paused": "Reminders are paused",
    "promised": "Promised to pay",
    "nobody": "No contact gets invoices",
    "enough": "Reminded as often as the rules allow",
}


def next_mail_on(case: Case, plan: Plan) -> tuple[date, DunningStep] | None:
    """On which day the next mail about an invoice goes by itself, and of which step, if nothing changes; None: none.

    A promise or pause with a last day is waited for; a dispute, and a client without a contact, have no next day.
    """
    lasting = case.stop == "paused" and any(stop.kind == Kind.PAUSE and not stop.until for stop in case.stops)
    if case.stop in ("processing", "disputed", "nobody", "enough") or lasting or not plan.steps:
        return None
    until = [stop.until for stop in case.stops if stop.until is not None and stop.until >= case.day]
    start = max([case.day, *(day + ONE_DAY for day in until)])
    due_on: date = case.invoice.due_on  # type: ignore[assignment]
    days = [max(start, due_on + timedelta(days=step)) for step in _steps_ahead(case, plan)]
    if case.promise is not None and case.level is not None and not _told_since(case):
        days.append(start)
    if not days:
        return None
    first = min(days)
    step = plan.step_of(_level(case.invoice, first, plan))
    return (next_working_day(first, case.invoice.client.country), step) if step else None


def _steps_ahead(case: Case, plan: Plan) -> list[int]:
    """The steps that the client was not told of, and after the last one the next repetition."""
    told, last, repeat = case.past.level, plan.days[-1], plan.rules.repeat_days
    first_day = _first_day(case.invoice)
    ahead = [step for step in plan.days if step > first_day and (told is None or step > told)]
    if not ahead and repeat and last >= 0 and told is not None:
        ahead = [last + (max(told - last, 0) // repeat + 1) * repeat]
    return ahead


def _told_since(case: Case) -> bool:
    """Whether a mail went since the promised day."""
    assert case.promise is not None
    return case.past.last_on is not None and case.past.last_on > case.promise.until  # type: ignore[operator]
