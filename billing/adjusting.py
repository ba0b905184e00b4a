"""Write-ups and write-downs: by hours, by rate or by amount, of a line or of one entry, kept by entry to the cent.

What a line is written up or down by is spread over its entries by largest remainder, so that each entry knows what the
client is asked for it,and regrouping never changes a total.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from billing.grouping import is_of_hours
from billing.models import BilledTime, InvoiceLine
from billing.pricing.rounding import spread
from billing.pricing.time_and_materials import amount_of
from core.errors import Refusal
from core.minutes import DAY_MINUTES
from core.money import ZERO, allocate


class ReasonIsMissing(Refusal):
    """An amount that differs from the work needs a reason."""

    sentence = "Say why the amount differs from the work."


class AmountIsWrong(Refusal):
    """The line cannot have this amount."""


# What of a billed entry an adjustment writes.
ADJUSTMENT = ("adjustment_amount", "adjusted_minutes", "adjusted_rate_amount", "adjustment_reason")
REASON_LENGTH = 200


def by_amount(rows: Sequence[BilledTime], amount: Decimal, currency: str) -> None:
    """The entries come to `amount` together: spread by what each comes to (by minutes where all come to nothing)."""
    weights: list[Decimal | int] = [row.amount for row in rows]
    if not any(weights):
        weights = [row.minutes for row in rows]
    for row, part in zip(rows, allocate(amount, weights, currency), strict=True):
        _set(row, part)


def by_minutes(rows: Sequence[BilledTime], minutes: int, currency: str, per: int) -> None:
    """So many minutes are asked for. Of one rate they are rounded once and spread; of several each entry is rounded.

    Raises AmountIsWrong where an entry has no rate.
    """
    _check_minutes(rows, minutes)
    own = [row.quantity for row in rows]
    if minutes == sum(own):
        by_amount(rows, sum((row.amount for row in rows), ZERO), currency)
        return
    parts = spread(minutes, own) if any(own) else spread(minutes, [row.minutes for row in rows])
    rates = {_rate(row) for row in rows}
    if len(rates) == 1:
        (rate,) = rates
        weights: list[Decimal | int] = [*(parts if any(parts) else own)]
        amounts = allocate(amount_of(minutes, rate, currency, per), weights, currency)
    else:
        amounts = [amount_of(part, _rate(row), currency, per) for row, part in zip(rows, parts, strict=True)]
    for row, part, amount in zip(rows, parts, amounts, strict=True):
        _set(row, amount)
        row.adjusted_minutes = None if part == row.quantity else part


def by_rate(rows: Sequence[BilledTime], rate: Decimal, currency: str, per: int) -> None:
    """Each entry at this rate, rounded once."""
    if rate < 0:
        raise AmountIsWrong("A rate cannot be below zero.", field="rate")
    for row in rows:
        is_own = rate == row.rate_amount
        _set(row, row.amount if is_own else amount_of(row.quantity, rate, currency, per))
        row.adjusted_rate_amount = None if is_own else rate


def with_reason(rows: Sequence[BilledTime], reason: str | None, known: str = "") -> None:
    """Each adjusted entry says why: the reason given, its own from before, or that of its line.

    Raises ReasonIsMissing.
    """
    given = " ".join((reason or "").split())[:REASON_LENGTH]
    for row in rows:
        words = given or row.adjustment_reason or known
        if not row.adjustment_amount:
            row.adjustment_reason = ""
        elif not words:
            raise ReasonIsMissing(field="reason")
        else:
            row.adjustment_reason = words


def sum_up(line: InvoiceLine, rows: Sequence[BilledTime], currency: str) -> None:
    """Makes the line what its entries come to; under a fee it stays what the fee says, without hours."""
    is_fee = is_of_fee(line)
    if not is_fee:
        line.minutes = sum(row.quantity for row in rows)
        rates = {row.rate_amount for row in rows}
        line.rate_amount = next(iter(rates)) if len(rates) == 1 else None
    line.computed_amount = sum((row.amount for row in rows), ZERO)
    line.amount = sum((row.asked_amount for row in rows), ZERO)
    line.adjusted_minutes = None
    if not is_fee and any(row.adjusted_minutes is not None for row in rows):
        line.adjusted_minutes = sum(row.asked_minutes for row in rows)
    line.adjusted_rate_amount = _common_rate(rows)
    reasons = dict.fromkeys(row.adjustment_reason for row in rows if row.adjustment_amount)
    line.adjustment_reason = "; ".join(reasons)[:REASON_LENGTH]
    if line.amount != line.computed_amount and not line.adjustment_reason:
        raise ReasonIsMissing(field="reason")


def is_of_fee(line: InvoiceLine) -> bool:
    """Whether a fee makes the amount of a line with work, and its hours are only attached."""
    return bool(line.work_key) and not line.minutes and not is_of_hours(line.work_key)


def _common_rate(rows: Sequence[BilledTime]) -> Decimal | None:
    """The rate that all entries are asked for at, where it is another than their own."""
    if all(row.adjusted_rate_amount is None for row in rows):
        return None
    rates = {row.asked_rate for row in rows}
    return next(iter(rates)) if len(rates) == 1 else None


def keep(row: BilledTime, before: BilledTime) -> None:
    """What was written up or down of an entry stays when it is priced anew, but nothing falls below zero.

    Other hours or another rate are kept only where the work is the same.
    """
    row.adjustment_amount = max(before.adjustment_amount, -row.amount)
    row.adjustment_reason = before.adjustment_reason if row.adjustment_amount else ""
    if (row.minutes, row.rate_amount, row.amount) == (before.minutes, before.rate_amount, before.amount):
        row.adjusted_minutes, row.adjusted_rate_amount = before.adjusted_minutes, before.adjusted_rate_amount


def _set(row: BilledTime, amount: Decimal) -> None:
    row.adjustment_amount = amount - row.amount
    row.adjusted_minutes = row.adjusted_rate_amount = None


def _rate(row: BilledTime) -> Decimal:
    if row.rate_amount is None:
        raise AmountIsWrong(
            "These hours have no rate of their own. Change the amount instead.", field="minutes"
        )
    return row.rate_amount


def _check_minutes(rows: Sequence[BilledTime], minutes: int) -> None:
    if not 0 <= minutes <= DAY_MINUTES * len(rows):
        raise AmountIsWrong("No more than 24 hours for each entry.", field="minutes")


SAVE = """
UPDATE billing_billedtime billed SET adjustment_amount = wanted.amount, adjusted_minutes = wanted.minutes,
    adjusted_rate_amount = wanted.rate, adjustment_reason = wanted.reason
FROM unnest(%s::bigint[], %s::numeric[], %s::integer[], %s::numeric[], %s::text[])
    AS wanted (id, amount, minutes, rate, reason)
WHERE billed.id = wanted.id
"""


def save_adjustments(rows: Sequence[BilledTime]) -> None:
    """Writes what the entries are written up or down by. One statement, whatever their number."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                SAVE,
                [[row.pk for row in rows], *([getattr(row, name) for row in rows] for name in ADJUSTMENT)],
            )
