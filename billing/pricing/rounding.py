"""Rounding of billable minutes: by the entry, by a person's day on a task, or by the line of the invoice.

What was recorded never changes and is what a bill consumes; the rounded minutes are what it prints and charges. Source:
product reference 1.3 (*an exact multiple must stay unchanged*).
"""

from collections.abc import Sequence
from typing import NamedTuple

from billing.pricing.work import PricedWork, Work
from core.money import ZERO, allocate, round_amount
from projects.models import RoundingRule

Mode, Scope = RoundingRule.Mode, RoundingRule.Scope


class Rounding(NamedTuple):
    """The rule that applies to a project's hours. `minimum` minutes are billed at least; 0 for none."""

    unit: int = 1
    mode: str = Mode.NONE
    minimum: int = 0
    scope: str = Scope.ENTRY

    @property
    def is_plain(self) -> bool:
        """Minutes stay as they are."""
        return self.minimum == 0 and (self.mode == Mode.NONE or self.unit == 1)


NOT_ROUNDED = Rounding()


def rounded(minutes: int, rule: Rounding) -> int:
    """So many minutes by the rule: up, down, or to the nearest unit (half a unit goes up), at least the minimum.

    A multiple of the unit stays: 90 up to 15 is 90, 91 is 105. Nothing stays nothing.
    """
    if minutes <= 0:
        return minutes
    if rule.mode == Mode.UP:
        minutes = -(-minutes // rule.unit) * rule.unit
    elif rule.mode == Mode.DOWN:
        minutes = minutes // rule.unit * rule.unit
    elif rule.mode == Mode.NEAREST:
        minutes = (2 * minutes + rule.unit) // (2 * rule.unit) * rule.unit
    return max(minutes, rule.minimum)


def price_together(work: Sequence[Work], rule: Rounding, currency: str) -> list[PricedWork]:
    """Work of one rate that is rounded as one: its minutes and amount, spread over the pieces by largest remainder.

    The amount is rounded once, for all of it; the pieces add up to it and to the rounded minutes exactly.
    """
    raw = [piece.minutes for piece in work]
    minutes = rounded(sum(raw), rule)
    rate = work[0].rate_amount
    amount = ZERO if rate is None else round_amount(rate * minutes / work[0].rate_minutes, currency)
    if len(work) == 1:
        return [PricedWork(work[0], amount, minutes)]
    parts = spread(minutes, raw)
    return [
        PricedWork(piece, part, quantity)
        for piece, part, quantity in zip(work, allocate(amount, raw, currency), parts, strict=True)
    ]


def spread(minutes: int, weights: Sequence[int]) -> list[int]:
    """Whole minutes in proportion to the weights; those left over go to the largest remainders, the first of equals."""
    whole = sum(weights)
    parts = [minutes * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda place: parts[place] * whole - minutes * weights[place]
    )
    for place in by_remainder[: minutes - sum(parts)]:
        parts[place] += 1
    return parts
