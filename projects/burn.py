"""How fast a budget is used, and where that leads (product rules 4.8). Pure: figures in, figures out.

A budget and what is used of it are in the same unit: minutes, or an amount in one currency. Percentages are exact
until they are shown; an index has two places, weeks have one, each rounded half-up once.
"""

from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, round_places
from core.periods import ONE_DAY, Period

Figure = Decimal | int

# Above this the project uses its budget visibly faster than its time.
ALERT_INDEX = Decimal("1.2")
RUN_WEEKS = 4
HUNDRED = Decimal(100)


def burn_percent(used: Figure, budget: Figure | None) -> Decimal | None:
    """How much of the budget is used: 170 of 250 hours is 68. None without a budget."""
    return Decimal(used) * 100 / Decimal(budget) if budget else None


def schedule_percent(days_gone: int, days_total: int) -> Decimal | None:
    """How much of the time has gone, in working days: 40 of 100 is 40. Never above 100; None without working days."""
    return min(Decimal(days_gone) * 100 / Decimal(days_total), HUNDRED) if days_total > 0 else None


def burn_index(burn: Decimal | None, schedule: Decimal | None) -> Decimal | None:
    """Burn by schedule: 68 % used after 40 % of the time is 1.70. None before the first working day."""
    if burn is None or not schedule:
        return None
    return round_places(burn / schedule, 2)


def run_weeks(today_week: Period) -> Period:
    """The last four full weeks before that of today."""
    return Period(
        today_week.first - (today_week.last - today_week.first + ONE_DAY) * RUN_WEEKS,
        today_week.first - ONE_DAY,
    )


def run_rate(minutes: int) -> Decimal:
    """Hours a week, of the minutes of the last four full weeks: 6,000 minutes are 25."""
    return Decimal(minutes) / 60 / RUN_WEEKS


def runway_weeks(left_minutes: int, rate: Decimal) -> Decimal | None:
    """How many weeks the hours that are left last at that rate: 80 h at 25 h a week are 3.2. None when nobody works."""
    if left_minutes <= 0:
        return ZERO
    return round_places(Decimal(left_minutes) / 60 / rate, 1) if rate else None


@dataclass(frozen=True)
class Forecast:
    """What it comes to in the end. `estimate` at completion, `variance` of the budget from it (minus is over)."""

    estimate: Decimal
    variance: Decimal
    percent: Decimal


def forecast_ahead(used: Figure, ahead: Figure, budget: Figure) -> Forecast:
    """By what is still to come: 170 h used and 110 h ahead of 250 h are 280 h, 112 %, 30 h over."""
    estimate = Decimal(used) + Decimal(ahead)
    return Forecast(estimate, Decimal(budget) - estimate, estimate * 100 / Decimal(budget))


@dataclass(frozen=True)
class Earned:
    """Earned value of a budget that is done to some percent: value, cost index, schedule index, estimate at the end."""

    value: Decimal
    cost_index: Decimal | None
    schedule_index: Decimal | None
    estimate: Decimal | None


def earned_value(
    budget: Figure, done_percent: Decimal, used: Figure, planned_percent: Decimal | None
) -> Earned:
    """60,000 at 45 % done with 36,000 used and 50 % planned: earned 27,000, cost 0.75, schedule 0.90, estimate 80,000.

    The unit is that of budget and use; indices are rounded to two places, the estimate is exact (budget by the exact
    cost index, which is use by the share that is done). None where nothing is used, planned or done yet.
    """
    value = Decimal(budget) * done_percent / 100
    planned = Decimal(budget) * planned_percent / 100 if planned_percent is not None else ZERO
    return Earned(
        value,
        round_places(value / Decimal(used), 2) if used else None,
        round_places(value / planned, 2) if planned else None,
        Decimal(used) * 100 / done_percent if done_percent and used else None,
    )


def share_percent(used: Figure, budget: Figure | None) -> Decimal | None:
    """Percent complete by hours or by cost: what is used of the budget, never above 100. None without a budget."""
    burn = burn_percent(used, budget)
    return None if burn is None else min(burn, HUNDRED)


def weighted_percent(parts: list[tuple[Decimal, int]]) -> Decimal | None:
    """Percent complete of several tasks, weighed by their budgets. None when none has both."""
    weight = sum(budget for _, budget in parts)
    return sum((percent * budget for percent, budget in parts), ZERO) / weight if weight else None
