"""Periods of a contract line: which there are, what each costs, and the lines of those whose fee is due."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices

from billing.pricing.fees import fee_line
from billing.pricing.period_words import fee_words
from billing.pricing.recurring import amount_of, due_on, price_on
from billing.pricing.terms import Recurrence, SoFar, Terms
from billing.pricing.work import PeriodPart, PricedLine
from core.cycles import Span, spans
from core.money import ZERO


class Part(TextChoices):
    """What of a period is billed, each once."""

    FEE = "FEE", "Fee"
    WITHIN = "WITHIN", "Within the allowance"
    BEYOND = "BEYOND", "Beyond the allowance"


def recurrence_of(terms: Terms) -> Recurrence:
    """The periods of a line whose method has some."""
    if terms.recurrence is None:
        raise ValueError(f"{terms.name} has no periods")
    return terms.recurrence


def spans_of(terms: Terms, so_far: SoFar) -> Iterator[Span]:
    """The periods in their order, while the line counts. One that is billed keeps the last day that it had then."""
    cycle = recurrence_of(terms).cycle
    if terms.closed_on is not None:
        cycle = replace(cycle, ends_on=min(terms.closed_on, cycle.ends_on or terms.closed_on))
    for span in spans(cycle):
        billed = next(
            (so_far.periods[part, span.first] for part in Part if (part, span.first) in so_far.periods), None
        )
        yield replace(span, last=billed.last_on) if billed else span


def price_of(terms: Terms, span: Span) -> Decimal:
    """What a period costs: the fee as it has risen by then, or its share of the days."""
    found = recurrence_of(terms)
    price = price_on(
        terms.fee_amount or ZERO, found.escalator_percent, found.cycle, span.first, terms.currency
    )
    return amount_of(span, price, terms.currency, prorates=found.prorates)


def due_fees(terms: Terms, so_far: SoFar, on: date, through: date) -> list[PricedLine]:
    """A line for each period whose fee is due and not billed yet, in order; what some payers have of it is taken off.

    A fee in advance is due on its period's first day, also where hours are billed up to an earlier day only.
    """
    in_advance = recurrence_of(terms).in_advance
    until = max(on, through) if in_advance else through
    found = []
    for span in spans_of(terms, so_far):
        if due_on(span, in_advance=in_advance) > until:
            break
        billed = so_far.periods.get((Part.FEE, span.first))
        rest = price_of(terms, span) - (billed.amount if billed else ZERO)
        if rest > 0 and not so_far.has_billed(Part.FEE, span.first):
            line = fee_line(terms, f"period{span.key}", fee_words(terms, span), rest)
            line.period = part_of(Part.FEE, span)
            line.billed_percent = so_far.left_percent(Part.FEE, span.first)
            found.append(line)
    return found


def part_of(kind: Part, span: Span) -> PeriodPart:
    return PeriodPart(kind, span.first, span.last)
