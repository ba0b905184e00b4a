"""A fee that comes again with each period: a flat retainer, a subscription.

Hours add nothing to it. They are attached to the fee of their period, or, where that is billed already, to the first
that is billed now.
"""

from collections.abc import Sequence
from datetime import date

from billing.pricing.fees import attach, covered
from billing.pricing.periods import due_fees
from billing.pricing.terms import SoFar, Terms
from billing.pricing.work import Priced, PricedLine, Work


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """The fee of each period that is due and not billed yet."""
    lines = due_fees(terms, so_far, on, through)
    if not lines:
        reason = f"No period of {terms.name} is due."
        return Priced(held=covered(terms, work, is_billed_in_full=False), reasons=[reason])
    hours: list[list[Work]] = [[] for _ in lines]
    for piece in work:
        hours[_place(lines, piece.worked_on)].append(piece)
    for line, pieces in zip(lines, hours, strict=True):
        attach(line, pieces, terms.currency)
    return Priced(lines)


def _place(lines: Sequence[PricedLine], day: date) -> int:
    """Which of the lines, in their order, has the day in its period."""
    begun = [place for place, line in enumerate(lines) if line.period and line.period.first_on <= day]
    return begun[-1] if begun else 0
