"""On which days a client is reminded: its own clock, its working days, and the step an invoice has reached. Pure."""

import zoneinfo
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from people.public_holidays import days_of

ONE_DAY = timedelta(days=1)
# Where the week ends on Friday and Saturday (date.weekday: Monday is 0).
FRIDAY_AND_SATURDAY = frozenset({"BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "YE"})


def reached_step(
    days: int, steps: Sequence[int], *, repeat_days: int = 0, first_day: int | None = None
) -> int | None:
    """The latest step that an invoice has reached which is `days` past its due date (below zero: before it).

    Steps are days after the due date. After the last one every `repeat_days` is one more. A step on or before
    `first_day`, the day on which the invoice was issued counted the same way, never comes: an invoice due at once has
    no reminder a week ahead. None: no step yet.
    """
    past = [step for step in steps if step <= days and (first_day is None or step > first_day)]
    if not past:
        return None
    last = max(past)
    if repeat_days and last == max(steps) and last >= 0:
        last += (days - last) // repeat_days * repeat_days
    return last


def is_working_day(day: date, country: str) -> bool:
    """Whether people of the country (ISO 3166) work on that day: no weekend, no public holiday of the whole country.

    A country without a calendar has weekends only.
    """
    weekend = (4, 5) if country in FRIDAY_AND_SATURDAY else (5, 6)
    return day.weekday() not in weekend and day not in _holidays(country, day.year)


def next_working_day(day: date, country: str) -> date:
    """The day itself if people work on it, else the first one after on which they do."""
    while not is_working_day(day, country):
        day += ONE_DAY
    return day


def local_time(at: datetime, *names: str) -> datetime:
    """The instant by the first of these zones that there is; UTC without any."""
    for name in names:
        if name in _zones():
            return at.astimezone(zoneinfo.ZoneInfo(name))
    return at.astimezone(zoneinfo.ZoneInfo("UTC"))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holiday.on for holiday in days_of(country, "", year))
    except NotImplementedError:
        return frozenset()
