"""Which day of a person's own time zone the seconds of a running timer belong to. Pure: instants in, seconds out."""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from timesheets.times import PassesMidnight, Times

MINUTE = 60
DAY_MINUTES = 24 * 60
HALF_A_MINUTE = 30


@dataclass(frozen=True)
class DayRun:
    """The part of a run that falls on one day: `seconds` of it, until the instant `until`."""

    on: date
    seconds: int
    until: datetime


def zone_or_utc(name: str) -> zoneinfo.ZoneInfo:
    """The zone of that name; UTC where the database of zones has lost it."""
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def end_of(on: date, zone: zoneinfo.ZoneInfo) -> datetime:
    """The instant at which the day is over there: the next midnight, or where clocks skip it the first instant after.

    Of a midnight that comes twice the first counts. Compared and subtracted in UTC, so that a day on which clocks
    change has its 23 or 25 hours.
    """
    return datetime.combine(on + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)


def runs_by_day(on: date, since: datetime, at: datetime, zone: zoneinfo.ZoneInfo) -> list[DayRun]:
    """The run from `since` to `at` of a timer of the day `on`, in parts by day, the last one being the present day.

    Whole seconds, rounded down. A clock that was set back to before `since` adds nothing and takes nothing away.
    """
    parts, moment = [], since
    while end_of(on, zone) <= at:
        over = end_of(on, zone)
        parts.append(DayRun(on, max(0, int((over - moment).total_seconds())), over))
        on, moment = on + timedelta(days=1), max(moment, over)
    parts.append(DayRun(on, max(0, int((at - moment).total_seconds())), at))
    return parts


def minutes_of(seconds: int) -> int:
    """Whole minutes, half-up: 29 seconds are none, 30 are one. At most 1440, also on a day of 25 hours."""
    return min(max(0, (seconds + HALF_A_MINUTE) // MINUTE), DAY_MINUTES)


def rest_of(seconds: int) -> int:
    """What rounding to minutes took (up to 29 s) or gave (up to −30 s): it goes along over midnight.

    So the days of one run add up to the minutes of the whole run. Nothing goes along from a day that is full.
    """
    minutes = minutes_of(seconds)
    return 0 if minutes == DAY_MINUTES else seconds - minutes * MINUTE


def times_of(since: datetime, minutes: int, on: date, zone: zoneinfo.ZoneInfo) -> Times | None:
    """Start and end on the person's clock of work that ran so long without a break, the start's seconds cut off.

    None where no pair of times says so: it began on another day, clocks changed meanwhile, or it passes midnight.
    """
    start = since.astimezone(zone)
    end = (since + timedelta(minutes=minutes)).astimezone(zone)
    if start.date() != on or start.utcoffset() != end.utcoffset():
        return None
    try:
        return Times(time(start.hour, start.minute)).lasting(minutes)
    except PassesMidnight:
        return None
