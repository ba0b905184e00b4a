"""The terms of contract lines whose fee comes again and again: which there are, what they lack, what follows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from core.cycles import MOST_PERIODS, Cycle, last_day
from core.errors import Refusal
from core.money import ZERO, round_amount
from projects.models import ContractLine
from projects.models.recurrence import Frequency, Rollover, Timing

CALENDAR = (
    "frequency", "anchor_day", "timing", "first_period_on", "last_period_on", "period_count", "prorates",
    "escalator_percent",
)  # fmt: skip
ALLOWANCE = (
    "allowance_minutes", "allowance_amount", "overage_rate_amount", "rollover", "rollover_minutes", "rollover_amount",
    "rollover_periods",
)  # fmt: skip
# A line without periods.
EMPTY: Mapping[str, Any] = {
    "frequency": "", "anchor_day": None, "timing": Timing.FIRST_DAY, "first_period_on": None, "last_period_on": None,
    "period_count": None, "prorates": True, "escalator_percent": ZERO,
    "allowance_minutes": None, "allowance_amount": None, "overage_rate_amount": None, "rollover": Rollover.NONE,
    "rollover_minutes": None, "rollover_amount": None, "rollover_periods": None,
}  # fmt: skip
EITHER_END = "Say either after how many periods it ends, or on which day."
BY_WEEK = (Frequency.WEEKLY, Frequency.BIWEEKLY)
LARGEST_DAY = {True: 7, False: 31}


class TermsAreMissing(Refusal):
    """The method needs a fee, a cap or periods that are not there."""


class PeriodTerms(TypedDict, total=False):
    """The periods of a contract line, and what each allows; for other methods they are dropped."""

    frequency: str
    anchor_day: int | None
    timing: str
    first_period_on: date | None
    last_period_on: date | None
    period_count: int | None
    prorates: bool
    escalator_percent: Decimal
    allowance_minutes: int | None
    allowance_amount: Decimal | None
    overage_rate_amount: Decimal | None
    rollover: str
    rollover_minutes: int | None
    rollover_amount: Decimal | None
    rollover_periods: int | None


def complete(line: ContractLine) -> None:
    """Checks the periods of a line and fills in what follows: monthly, on the day of the first period, never before the
    line took over from another. Raises TermsAreMissing beside the field."""
    if not line.is_in_periods:
        return
    if line.fee_amount is None:
        raise TermsAreMissing("Enter the fee of a period.", field="fee_amount")
    line.frequency = line.frequency or Frequency.MONTHLY
    begins_on = max(filter(None, [line.first_period_on, line.starts_on]), default=None)
    if begins_on is None:
        raise TermsAreMissing("Say when the first period begins.", field="first_period_on")
    line.first_period_on = begins_on
    is_by_week = line.frequency in BY_WEEK
    if line.anchor_day is None:
        line.anchor_day = begins_on.isoweekday() if is_by_week else begins_on.day
    if not 1 <= line.anchor_day <= LARGEST_DAY[is_by_week]:
        words = (
            "Weeks begin on a day from 1 (Monday) to 7 (Sunday)."
            if is_by_week
            else "Choose a day from 1 to 31."
        )
        raise TermsAreMissing(words, field="anchor_day")
    if line.period_count is not None:
        line.last_period_on = _last_of(line, begins_on)
    if line.last_period_on is not None and line.last_period_on < begins_on:
        raise TermsAreMissing("The last period ends before the first begins.", field="last_period_on")
    if line.method == ContractLine.Method.ALLOWANCE:
        _complete_allowance(line)


def _last_of(line: ContractLine, begins_on: date) -> date:
    """The last day of so many periods."""
    periods = line.period_count or 0
    if not 1 <= periods <= MOST_PERIODS:
        raise TermsAreMissing(f"Enter a number of periods from 1 to {MOST_PERIODS:,}.", field="period_count")
    return last_day(Cycle(line.frequency, line.anchor_day or 1, begins_on), periods)


def choose_end(line: ContractLine, terms: PeriodTerms) -> None:
    """A last day takes the place of a number of periods."""
    if terms.get("last_period_on") is not None and terms.get("period_count") is None:
        line.period_count = None


def check_end(line: ContractLine, terms: PeriodTerms) -> None:
    """A day beside a number of periods is the day that follows from it, as the API reads it. Raises TermsAreMissing."""
    wished = terms.get("last_period_on")
    if line.period_count is not None and wished not in (None, line.last_period_on):
        raise TermsAreMissing(EITHER_END, field="period_count")


def _complete_allowance(line: ContractLine) -> None:
    currency = line.project.currency
    for name in ("allowance_amount", "rollover_amount"):
        amount = getattr(line, name)
        setattr(line, name, None if amount is None else round_amount(amount, currency))
    is_money, is_hours = bool(line.allowance_amount), bool(line.allowance_minutes)
    if is_money == is_hours:
        raise TermsAreMissing(
            "Enter what a period allows, either in hours or in money.", field="allowance_minutes"
        )
    if is_hours and line.overage_rate_amount is None:
        raise TermsAreMissing("Enter the price of an hour beyond the allowance.", field="overage_rate_amount")
    line.allowance_amount = line.allowance_amount if is_money else None
    line.allowance_minutes = line.allowance_minutes if is_hours else None
    if is_money:
        line.overage_rate_amount = line.rollover_minutes = None
    else:
        line.rollover_amount = None
    if line.rollover != Rollover.CAPPED:
        line.rollover_minutes = line.rollover_amount = None
    elif line.rollover_minutes is None and line.rollover_amount is None:
        field = "rollover_amount" if is_money else "rollover_minutes"
        raise TermsAreMissing("Say how much is carried over at most.", field=field)
    if line.rollover == Rollover.NONE:
        line.rollover_periods = None
