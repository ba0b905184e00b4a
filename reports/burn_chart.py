"""How a budget burned over time: what is used, where that leads, and the pace that the budget allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.minutes import format_decimal
from core.money import ZERO, format_amount, percent_of, round_amount, round_places
from core.periods import ONE_DAY, Period, month_of
from reports.charts import Chart, Series

# Longer projects are drawn by month.
MOST_WEEKS = 30
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Pace:
    """What a chart is drawn of, in minutes or in an amount: what is used on each day, the budget, the project's days.

    `weekly` is the use in a week of late; `currency` is empty for minutes.
    """

    used: Mapping[date, Any]
    budget: Any
    starts_on: date | None
    ends_on: date | None
    weekly: Decimal
    currency: str = ""

    def estimate(self, today: date) -> Decimal | None:
        """What it comes to on the last day at the pace of late; None without a last day ahead."""
        if self.ends_on is None or self.ends_on <= today or not self.weekly:
            return None
        return sum(self.used.values(), ZERO) + self.weekly * (self.ends_on - today).days / 7

    def allowed(self, on: date) -> Decimal | None:
        """What may be used until a day when the budget goes evenly; all of it without first and last day."""
        if self.budget is None:
            return None
        if self.starts_on is None or self.ends_on is None or self.ends_on <= self.starts_on:
            return Decimal(self.budget)
        gone = min(max((on - self.starts_on).days + 1, 0), (self.ends_on - self.starts_on).days + 1)
        return Decimal(self.budget) * gone / ((self.ends_on - self.starts_on).days + 1)


@dataclass(frozen=True)
class BurnChart:
    """The chart, with what it comes to in the end and how many percent of the budget that is."""

    chart: Chart
    estimate: str = ""
    percent: int | None = None

    @property
    def words(self) -> str:
        """For the head of the card."""
        if not self.estimate:
            return "cumulative"
        share = "" if self.percent is None else f", {self.percent} % of the budget"
        return f"cumulative; {self.estimate} at completion{share}"


def recent_weekly(used: Mapping[date, Any], weeks: Period) -> Decimal:
    """The use in a week of the four full weeks."""
    return sum((Decimal(each) for on, each in used.items() if on in weeks), ZERO) / 4


def burn_chart(pace: Pace, *, today: date) -> BurnChart:
    """The lines of what is used, of the forecast from today on, and of the budget."""
    ends = _ends(pace, today)
    used = _cumulated(pace.used, ends)
    now = next((index for index, end in enumerate(ends) if end >= today), len(ends) - 1)
    estimate = pace.estimate(today)
    actual = [value if index <= now else None for index, value in enumerate(used)]
    series = [_series("used", actual, "chart-1", pace)]
    if estimate is not None:
        ahead = [
            None
            if index < now
            else used[now] + pace.weekly * max((end - today).days, 0) / 7
            if index > now
            else used[now]
            for index, end in enumerate(ends)
        ]
        series.append(_series("forecast", ahead, "chart-2", pace, is_dashed=True))
    if pace.budget is not None:
        series.append(_series("budget", [pace.allowed(end) for end in ends], "chart-4", pace))
    unit = "h" if not pace.currency else "$" if pace.currency == "USD" else pace.currency
    chart = Chart("burn-lines", "Budget used over time", _labels(ends), series, unit=unit, kind="line")
    if estimate is None:
        return BurnChart(chart)
    share = percent_of(estimate, pace.budget) if pace.budget else None
    return BurnChart(chart, _words(estimate, pace), share)


def _ends(pace: Pace, today: date) -> list[date]:
    """The last days of the weeks or months that are drawn, from the first to the last day of project and use."""
    days = [*pace.used, *(day for day in (pace.starts_on, pace.ends_on) if day is not None), today]
    first, last = min(days), max(days)
    if pace.ends_on is not None and pace.ends_on >= today:
        last = max(pace.ends_on, max(pace.used, default=today))
    ends = []
    if (last - first) > WEEK * MOST_WEEKS:
        end = month_of(first).last
        while end < last:
            ends.append(end)
            end = month_of(end + ONE_DAY).last
    else:
        end = first + timedelta(days=6 - first.weekday())
        while end < last:
            ends.append(end)
            end += WEEK
    return [*ends, last]


def _labels(ends: Sequence[date]) -> list[str]:
    if len(ends) > 1 and ends[1] - ends[0] > WEEK:
        return [f"{end:%b %y}" for end in ends]
    return [f"{end.day} {end:%b}" for end in ends]


def _cumulated(used: Mapping[date, Any], ends: Sequence[date]) -> list[Decimal]:
    days = sorted(used.items())
    sums, place, total = [], 0, ZERO
    for end in ends:
        while place < len(days) and days[place][0] <= end:
            total += Decimal(days[place][1])
            place += 1
        sums.append(total)
    return sums


def _series(
    label: str, values: Sequence[Decimal | None], token: str, pace: Pace, *, is_dashed: bool = False
) -> Series:
    drawn = [value if value is None or pace.currency else value / 60 for value in values]
    words = ["–" if value is None else _words(value, pace) for value in values]
    return Series(label, drawn, token, words, is_dashed)


def _words(value: Decimal, pace: Pace) -> str:
    if pace.currency:
        return format_amount(round_amount(value, pace.currency), pace.currency)
    return f"{Decimal(format_decimal(int(round_places(value, 0)))):,} h"
