"""Milestones: parts of a fee that are billed as a whole, when they are achieved or on their day.

A part is an amount or a percentage of the fee. Percentages that add up to 100 share what of the fee is not billed yet
by largest remainder, so that all of them come to the fee, to the cent; others are rounded each on its own.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from billing.pricing.fees import attach, covered, fee_line
from billing.pricing.terms import MilestoneTerms, SoFar, Terms
from billing.pricing.work import Priced, Work
from core.money import ZERO, allocate, round_amount

WHOLE = Decimal(100)


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """The milestones that are due and not billed yet; hours are attached to the first of them."""
    found = Priced()
    amounts = worths(terms, so_far)
    for each in terms.milestones:
        if each.id in so_far.milestones or not terms.is_due(each.due_on, through):
            continue
        amount = amounts.get(each.id, ZERO) - so_far.partly.get(each.id, ZERO)
        if amount <= 0:
            found.notices.append(f"{each.name} of {terms.name} comes to nothing, so it is not billed.")
            continue
        line = fee_line(terms, f"milestone{each.id}", each.name, amount, group=terms.name)
        line.milestone_id = each.id
        found.lines.append(line)
    is_over = all(each.id in so_far.milestones for each in terms.milestones)
    if found.lines:
        attach(found.lines[0], work, terms.currency)
    else:
        found.held = covered(terms, work, is_billed_in_full=is_over and bool(terms.milestones))
        found.reasons.append(_why_none(terms, is_over))
    found.notices += warnings(terms)
    return found


def worths(terms: Terms, so_far: SoFar) -> dict[int, Decimal]:
    """What each milestone that is not billed yet comes to."""
    left = [each for each in terms.milestones if each.id not in so_far.milestones]
    percents = [(each, each.percent) for each in left if each.percent is not None]
    found = {each.id: each.amount for each in left if each.amount is not None}
    if terms.fee_amount is None or not percents:
        return found
    if _percent(terms.milestones) == WHOLE and not any(each.amount for each in terms.milestones):
        rest = max(terms.fee_amount - sum(so_far.milestones.values(), ZERO), ZERO)
        shares = allocate(rest, [percent for _, percent in percents], terms.currency)
    else:
        shares = [round_amount(terms.fee_amount * percent / 100, terms.currency) for _, percent in percents]
    return found | {each.id: share for (each, _), share in zip(percents, shares, strict=True)}


def warnings(terms: Terms) -> list[str]:
    """What is wrong with the plan, in words: it is billed as it stands, but somebody must look at it."""
    found = []
    percent = _percent(terms.milestones)
    if percent and terms.fee_amount is None:
        found.append(f"{terms.name} has no fee, so a percentage of it comes to nothing.")
    elif percent and not any(each.amount for each in terms.milestones) and percent != WHOLE:
        found.append(f"The milestones of {terms.name} add up to {percent.normalize():f} %, not to 100 %.")
    elif terms.fee_amount is not None and terms.milestones:
        planned = sum((each.amount or ZERO for each in terms.milestones), ZERO)
        planned += round_amount(terms.fee_amount * percent / 100, terms.currency)
        if planned != terms.fee_amount:
            found.append(f"The milestones of {terms.name} do not add up to its fee.")
    return found


def _percent(milestones: Sequence[MilestoneTerms]) -> Decimal:
    return sum((each.percent or ZERO for each in milestones), ZERO)


def _why_none(terms: Terms, is_over: bool) -> str:
    if not terms.milestones:
        return f"{terms.name} has no milestones yet."
    return (
        f"Every milestone of {terms.name} is billed." if is_over else f"No milestone of {terms.name} is due."
    )
