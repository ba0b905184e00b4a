"""When reminders are due. Pure: rules and a person's own clock in, periods out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.periods import Period
from timesheets.models import ReminderRule, TimeRules
from timesheets.periods import period_of

Moment = ReminderRule.Moment
# A schedule that stood still catches up within so many hours; later the day is too old for a mail of the morning.
LATE_HOURS = 6


@dataclass(frozen=True)
class Asked:
    """What a rule asks of a person now: the period that is due, and the periods and days that are looked at."""

    period: Period
    periods: tuple[Period, ...]
    until: date
    percent: int
    counts: str


def is_hour(hour: int, local: datetime) -> bool:
    """Whether the hour of the day has come on that clock, and is not long past."""
    return hour <= local.hour < hour + LATE_HOURS


def period_due(rules: TimeRules, on: date, due_after_days: int) -> Period | None:
    """The period of which the day is the due day, or None."""
    last = on - timedelta(days=due_after_days)
    period = period_of(rules, last)
    return period if period.last == last else None


def asked_by(rule: ReminderRule, local: datetime, rules: TimeRules, due_after_days: int) -> Asked | None:
    """What the rule asks at that time of the person's clock; None when it is not its hour or its day."""
    if not is_hour(rule.hour, local):
        return None
    on = local.date()
    first = -rule.days if rule.moment == Moment.BEFORE else rule.days
    for turn in range(rule.times):
        period = period_due(rules, on - timedelta(days=first + turn), due_after_days)
        if period is not None:
            return _asked(rule, period, on, rules)
    return None


def _asked(rule: ReminderRule, period: Period, on: date, rules: TimeRules) -> Asked:
    periods = [period]
    start = period.first - timedelta(weeks=rule.look_back_weeks)
    while periods[0].first > start:
        periods.insert(0, period_of(rules, periods[0].first - timedelta(days=1)))
    until = min(period.last, on - timedelta(days=rule.grace_days))
    return Asked(period, tuple(periods), until, rule.threshold_percent, rule.counts)


def span_of(asked: Iterable[Asked]) -> Period:
    """The days that all of them look at."""
    listed = list(asked)
    first = min(one.periods[0].first for one in listed)
    return Period(first, max(first, *(one.until for one in listed)))
