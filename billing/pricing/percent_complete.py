"""A fixed fee by percent complete: `this bill = round(fee × percent to date) - billed before`.

26,200.00 × 34.2 % is 8,960.40; with 3,125.00 billed before, this bill is 5,835.40.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from billing.pricing.fees import attach, covered, fee_line
from billing.pricing.terms import SoFar, Terms
from billing.pricing.work import Priced, Work
from core.money import ZERO, format_amount, round_amount


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """What progress since the last bill comes to. Never below zero; above 100 percent with a warning."""
    before = so_far.used.computed_amount
    percent = terms.percent_complete
    if percent is None or not terms.is_due(terms.percent_on, through):
        reason = f"No percent complete of {terms.name} is known for then."
        return Priced(held=covered(terms, work, is_billed_in_full=False), reasons=[reason])
    target = earned(terms.fee_amount or ZERO, percent, terms.currency)
    found = Priced()
    if percent > 100:
        found.notices.append(
            f"{terms.name} is {percent.normalize():f} % complete, which is more than all of it."
        )
    if target <= before:
        is_over = before >= (terms.fee_amount or ZERO)
        found.held = covered(terms, work, is_billed_in_full=is_over)
        found.reasons.append(
            f"{terms.name} is {percent.normalize():f} % complete, and {format_amount(before, terms.currency)} "
            "of it is billed."
        )
        return found
    line = fee_line(terms, "progress", f"{terms.name}, {percent.normalize():f} %", target - before)
    attach(line, work, terms.currency)
    found.lines.append(line)
    return found


def earned(fee_amount: Decimal, percent: Decimal, currency: str) -> Decimal:
    """The part of the fee that a percentage of it comes to, half-up."""
    return round_amount(fee_amount * percent / 100, currency)
