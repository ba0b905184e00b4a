"""Realization: what is asked for work, in percent of what it comes to (product.md 4.2, invoice yield).

Asked is after write-ups, write-downs and discounts, and before tax; lines of no work below zero are discounts too.
Expenses and other lines of no work do not count. Credit memos are not taken off: they are told apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from billing.models import InvoiceLine
from core.money import ZERO, round_places

OF_WORK = Q(expense_code=None) & ~Q(work_key="")
TAKEN_OFF = Q(work_key="", amount__lt=0)


@dataclass(frozen=True)
class Realized:
    """What work comes to, what is asked for it, and by how much it was written down or discounted."""

    worth: Decimal
    asked: Decimal
    given_away: Decimal

    def percent(self, *, places: int = 1) -> Decimal | None:
        """Half-up to so many decimals; None where there is no work."""
        return round_places(self.asked * 100 / self.worth, places) if self.worth else None


def of_lines(lines: Iterable[InvoiceLine]) -> Realized:
    """Of these lines. Without a statement."""
    worth, asked, less = ZERO, ZERO, ZERO
    for line in lines:
        if line.work_key and not line.is_expense:
            worth += line.computed_amount
            asked += line.amount - line.discount_amount
            less += max(line.computed_amount - line.amount, ZERO) + line.discount_amount
        elif not line.work_key and line.amount < 0:
            asked += line.amount
            less -= line.amount
    return Realized(worth, asked, less)


def of_rows(lines: QuerySet[InvoiceLine]) -> Realized:
    """The same of rows. One statement."""
    down = F("computed_amount") - F("amount")
    sums = lines.aggregate(
        worth=Sum("computed_amount", filter=OF_WORK, default=ZERO),
        asked=Sum(F("amount") - F("discount_amount"), filter=OF_WORK, default=ZERO),
        down=Sum(down, filter=OF_WORK & Q(amount__lt=F("computed_amount")), default=ZERO),
        discounts=Sum("discount_amount", filter=OF_WORK, default=ZERO),
        taken=Sum("amount", filter=TAKEN_OFF, default=ZERO),
    )
    less = sums["down"] + sums["discounts"] - sums["taken"]
    return Realized(sums["worth"], sums["asked"] + sums["taken"], less)
