"""What all methods share in which a fee makes the amount, and hours are only attached to it."""

from collections.abc import Sequence
from decimal import Decimal

from billing.pricing.terms import Terms
from billing.pricing.time_and_materials import worth
from billing.pricing.work import HeldWork, PricedLine, PricedWork, Work
from core.money import allocate


def fee_line(terms: Terms, key: str, description: str, amount: Decimal, *, group: str = "") -> PricedLine:
    """A line that comes to `amount`, whatever hours are attached to it."""
    return PricedLine(
        key=key,
        contract_line_id=terms.id,
        project_id=terms.project_id,
        group=group,
        description=description,
        rate_amount=None,
        fee_amount=amount,
    )


def attach(line: PricedLine, work: Sequence[Work], currency: str) -> None:
    """The hours are billed with the line. Its fee is spread over them by what they come to at their rates (by minutes
    where a rate is missing), by largest remainder, so that their shares add up to the line."""
    if line.fee_amount is None:
        raise ValueError("hours are attached to a fee")
    weights: list[Decimal | int] = [worth(piece, currency) for piece in work]
    if any(piece.rate_amount is None for piece in work):
        weights = [piece.minutes for piece in work]
    shares = allocate(line.fee_amount, weights, currency) if work else []
    line.pieces = [PricedWork(piece, share) for piece, share in zip(work, shares, strict=True)]


def covered(terms: Terms, work: Sequence[Work], *, is_billed_in_full: bool) -> list[HeldWork]:
    """Hours for which no part of the fee is billed now. They wait for the next part; after the last they come to
    nothing."""
    reason = (
        f"Covered by the fee of {terms.name}, which is billed in full."
        if is_billed_in_full
        else f"Covered by the fee of {terms.name}; they go with its next bill."
    )
    return [HeldWork(piece, Decimal(0), reason) for piece in work]
