"""Time and materials: hours at their rates.

Each entry is rounded once (hours × rate, half-up to the currency's places) and a line is the sum of its entries, so
that regrouping never changes a total: three entries of 20 minutes at 100.00 are 99.99.
"""

from collections.abc import Sequence
from decimal import Decimal

from billing.pricing.work import PricedLine, PricedWork, Work
from core.money import round_amount


def amount_of(minutes: int, rate_amount: Decimal, currency: str) -> Decimal:
    """What so many minutes at a rate for one hour come to, rounded once."""
    return round_amount(rate_amount * minutes / 60, currency)


def price(work: Sequence[Work], currency: str) -> list[PricedLine]:
    """Lines by task, then by role (the person where there is none) and rate, dearest first."""
    lines: dict[str, PricedLine] = {}
    for piece in sorted(work, key=_order):
        key = line_key(piece)
        line = lines.get(key)
        if line is None:
            line = lines[key] = PricedLine(
                key=key,
                contract_line_id=piece.contract_line_id,
                project_id=piece.project_id,
                group=piece.task_name,
                description=piece.job_title or piece.staff_name,
                rate_amount=piece.rate_amount,
            )
        amount = amount_of(piece.minutes, piece.rate_amount, currency)
        line.pieces.append(PricedWork(piece, amount))
    return list(lines.values())


def line_key(piece: Work) -> str:
    """What entries of one line have in common: task, role (or person) and rate."""
    who = f"role{piece.job_title_id}" if piece.job_title_id else f"person{piece.staff_id}"
    return f"task{piece.task_id}/{who}/{piece.rate_amount.normalize():f}"


def _order(piece: Work) -> tuple[object, ...]:
    return (
        piece.task_position,
        piece.task_name,
        piece.task_id,
        -piece.rate_amount,
        piece.job_title or piece.staff_name,
        piece.worked_on,
        piece.entry_id,
    )
