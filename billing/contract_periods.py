"""The periods of a contract line as people read them: what was used and is left, and what the next ones cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from billing.models import BillingSchedule
from billing.pricing.allowance import Used, periods
from billing.pricing.period_words import units_words
from billing.pricing.periods import Part, price_of, recurrence_of, spans_of
from billing.pricing.recurring import due_on
from billing.pricing.retainer_allowance import Settled
from billing.pricing.terms import SoFar, Terms
from billing.pricing.work import Work
from billing.schedules import dates_after
from core.cycles import Span

NEXT = 12
RUNNING = "Running"
# More periods than these are a long history; the latest are shown.
SHOWN = 24


@dataclass(frozen=True)
class PeriodRow:
    """A period of an allowance: what it had, what was used and what became of the rest, in words; money as amounts."""

    span: Span
    state: str
    available: str
    carried_in: str
    used: str
    beyond: str
    left: str
    carried_out: str
    forfeited: str
    invoice_amount: Decimal
    revenue_amount: Decimal
    deferred_amount: Decimal
    settled: Settled

    @property
    def is_running(self) -> bool:
        """What becomes of the rest is not known yet."""
        return self.state == RUNNING


@dataclass(frozen=True)
class NextFee:
    """A fee that is to come: its period, the day on which it is due, what it comes to, and whether it is billed."""

    span: Span
    due_on: date
    amount: Decimal
    is_billed: bool


@dataclass(frozen=True)
class Course:
    """All that a contract line with periods shows of them. `schedules` are those that bill the project."""

    rows: list[PeriodRow]
    next_fees: list[NextFee]
    schedules: list[tuple[BillingSchedule, date | None]]
    is_money: bool = False


def course_of(
    terms: Terms, so_far: SoFar, work: Sequence[Work], today: date, schedules: Sequence[BillingSchedule]
) -> Course:
    """The periods up to today with the work that is not billed yet, and the next twelve. No statements."""
    recurrence = recurrence_of(terms)
    rows = periods(terms, so_far, work, today) if recurrence.allowed else []
    return Course(
        rows=[_row(terms, used) for used in reversed(rows[-SHOWN:])],
        next_fees=next_fees(terms, so_far, today),
        schedules=[(each, next(iter(dates_after(each, today, number=1)), None)) for each in schedules],
        is_money=bool(recurrence.allowed and recurrence.allowed.is_money),
    )


def next_fees(terms: Terms, so_far: SoFar, today: date, *, number: int = NEXT) -> list[NextFee]:
    """The next days on which a fee is due, today's and later, each with what it comes to."""
    in_advance = recurrence_of(terms).in_advance
    coming = (span for span in spans_of(terms, so_far) if due_on(span, in_advance=in_advance) >= today)
    return [
        NextFee(
            span,
            due_on(span, in_advance=in_advance),
            price_of(terms, span),
            so_far.has_billed(Part.FEE, span.first),
        )
        for span in islice(coming, number)
    ]


def _row(terms: Terms, used: Used) -> PeriodRow:
    settled = used.settled
    state = "Billed" if used.is_billed else "To be billed" if used.is_over else RUNNING
    return PeriodRow(
        span=used.span,
        state=state,
        available=units_words(terms, settled.available),
        carried_in=units_words(terms, settled.rollover_in) if settled.rollover_in else "",
        used=units_words(terms, settled.used),
        beyond=units_words(terms, settled.overage) if settled.overage else "",
        left=units_words(terms, settled.unused),
        carried_out=units_words(terms, settled.rollover_out) if settled.rollover_out else "",
        forfeited=units_words(terms, settled.forfeited) if settled.forfeited else "",
        invoice_amount=settled.invoice_amount,
        revenue_amount=settled.revenue_amount,
        deferred_amount=settled.deferred_amount,
        settled=settled,
    )
