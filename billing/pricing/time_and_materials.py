"""Time and materials: hours at their rates.

Each entry is rounded once (hours × rate, half-up to the currency's places) and a line is the sum of its entries, so
that regrouping never changes a total: three entries of 20 minutes at 100.00 are 99.99.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from billing.pricing.terms import SoFar, Terms
from billing.pricing.work import Priced, PricedLine, PricedWork, Work
from core.money import ZERO, round_amount


def amount_of(minutes: int, rate_amount: Decimal, currency: str) -> Decimal:
    """What so many minutes at a rate for one hour come to, rounded once."""
    return round_amount(rate_amount * minutes / 60, currency)


def worth(piece: Work, currency: str) -> Decimal:
    """What a piece of work comes to at its rate; nothing without one."""
    return ZERO if piece.rate_amount is None else amount_of(piece.minutes, piece.rate_amount, currency)


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """All of the work, whatever was billed before."""
    currency = terms.currency
    return Priced(lines(terms, (PricedWork(piece, worth(piece, currency)) for piece in work)))


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
            )
        line.pieces.append(priced)
    return list(found.values())


def line_key(piece: Work) -> str:
    """What entries of one line have in common: task, role (or person) and rate."""
    who = f"role{piece.job_title_id}" if piece.job_title_id else f"person{piece.staff_id}"
    return f"task{piece.task_id}/{who}/{(piece.rate_amount or ZERO).normalize():f}"


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
