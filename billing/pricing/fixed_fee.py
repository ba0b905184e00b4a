"""A fixed fee, whole: one amount, billed when the contract line begins, or in shares by its schedule."""

from collections.abc import Sequence
from datetime import date

from billing.pricing import milestones
from billing.pricing.fees import attach, covered, fee_line
from billing.pricing.terms import SoFar, Terms
from billing.pricing.work import Priced, Work
from core.money import ZERO


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """What of the fee is due and not billed yet: all of it, or the shares whose day has come."""
    if terms.milestones:
        return milestones.charges(terms, so_far, work, on, through)
    rest = (terms.fee_amount or ZERO) - so_far.used.computed_amount
    if rest <= 0 or not terms.has_begun(through):
        reason = f"The fee of {terms.name} is billed in full." if rest <= 0 else f"{terms.name} begins later."
        return Priced(held=covered(terms, work, is_billed_in_full=rest <= 0), reasons=[reason])
    line = fee_line(terms, "fee", terms.name, rest)
    attach(line, work, terms.currency)
    return Priced([line])
