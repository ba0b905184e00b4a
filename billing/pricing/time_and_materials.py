"""Time and materials: hours at their rates.

Each entry is rounded once (hours × rate, half-up to the currency's places) and a line is the sum of its entries, so
that regrouping never changes a total: three entries of 20 minutes at 100.00 are 99.99. Where billable minutes are
rounded by the day or by the line, what is rounded as one is one amount, spread over its entries to the cent.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from billing.pricing.rounding import price_together
from billing.pricing.terms import SoFar, Terms
from billing.pricing.work import Priced, PricedLine, PricedWork, Work
from core.money import ZERO, round_amount
from projects.models import RoundingRule


def amount_of(minutes: int, rate_amount: Decimal, currency: str, per: int = 60) -> Decimal:
    """What so many minutes at a rate for `per` minutes (an hour, a day) come to, rounded once."""
    return round_amount(rate_amount * minutes / per, currency)


def worth(piece: Work, currency: str) -> Decimal:
    """What a piece of work comes to at its rate; nothing without one."""
    if piece.rate_amount is None:
        return ZERO
    return amount_of(piece.minutes, piece.rate_amount, currency, piece.rate_minutes)


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """All of the work, whatever was billed before."""
    return Priced(lines(terms, priced(terms, work)))


def priced(terms: Terms, work: Iterable[Work]) -> Iterable[PricedWork]:
    """Each piece with what it comes to, by the contract's rule of rounding."""
    rule, currency = terms.rounding, terms.currency
    if rule.is_plain:
        return (PricedWork(piece, worth(piece, currency)) for piece in work)
    together: dict[tuple[object, ...], list[Work]] = {}
    for piece in work:
        together.setdefault(_rounded_with(piece, rule.scope), []).append(piece)
    return (each for pieces in together.values() for each in price_together(pieces, rule, currency))


def _rounded_with(piece: Work, scope: str) -> tuple[object, ...]:
    if scope == RoundingRule.Scope.ENTRY:
        return (piece.entry_id,)
    if scope == RoundingRule.Scope.DAY:
        return piece.worked_on, piece.staff_id, line_key(piece)
    return (line_key(piece),)


def lines(terms: Terms, work: Iterable[PricedWork]) -> list[PricedLine]:
    """Lines by task, then by role (the person where there is none) and rate, dearest first."""
    found: dict[str, PricedLine] = {}
    for priced in sorted(work, key=_order):
        piece = priced.work
        key = line_key(piece)
        line = found.get(key)
        if line is None:
            line = found[key] = PricedLine(
                key=key,
                contract_line_id=terms.id,
                project_id=terms.project_id,
                group=piece.task_name,
                description=piece.job_title or piece.staff_name,
                rate_amount=piece.rate_amount,
                task_id=piece.task_id,
                rate_minutes=piece.rate_minutes,
            )
        line.pieces.append(priced)
    return list(found.values())


def line_key(piece: Work) -> str:
    """What entries of one line have in common: task, role (or person) and rate."""
    who = f"role{piece.job_title_id}" if piece.job_title_id else f"person{piece.staff_id}"
    per = "" if piece.rate_minutes == 60 else f"/{piece.rate_minutes}min"
    return f"task{piece.task_id}/{who}/{(piece.rate_amount or ZERO).normalize():f}{per}"


def _order(priced: PricedWork) -> tuple[object, ...]:
    piece = priced.work
    return (
        piece.task_position,
        piece.task_name,
        piece.task_id,
        -(piece.rate_amount or ZERO),
        piece.job_title or piece.staff_name,
        piece.worked_on,
        piece.entry_id,
    )
