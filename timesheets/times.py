"""Times of the day at which a line begins and ends. A line that has them takes its minutes from them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from typing import Self

from core.errors import Refusal
from core.minutes import DAY_MINUTES, format_decimal

TYPED = re.compile(r"([0-9]{1,2})(?::?([0-9]{2}))?(am|pm|a|p)?")


class NotATime(Refusal):
    """The text is no time of the day."""

    sentence = "{typed} is no time. Type it as 9:00, 0930, 17:30 or 5:30 pm."


class HalfAPair(Refusal):
    sentence = "Type both a start and an end, or neither."


class EndsBeforeStart(Refusal):
    sentence = "The end is not after the start. Work past midnight is two lines, one for each day."


class PassesMidnight(Refusal):
    """A longer duration would move the end of a line with times into the next day."""

    sentence = "From {start}, {hours} h would pass midnight. Open the list to change the times."


def parse_time(text: str, *, field: str = "") -> time | None:
    """`9`, `9:30`, `0930`, `17:30`, `5:30 pm`; `24:00` is midnight after the day. Empty is None. Raises NotATime."""
    typed = re.sub(r"[\s.]", "", unicodedata.normalize("NFKC", text)).lower()
    if not typed:
        return None
    found = TYPED.fullmatch(typed)
    if found is None:
        raise NotATime(typed=text.strip()[:20], field=field)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        raise NotATime(typed=text.strip()[:20], field=field)
    if half:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    if (hour, minute) == (24, 0):
        hour = 0
    if hour > 23 or minute > 59:
        raise NotATime(typed=text.strip()[:20], field=field)
    return time(hour, minute)


@dataclass(frozen=True)
class Times:
    """Start and end of a line on its day, or neither. 00:00 as the end is midnight after the day."""

    starts_at: time | None = None
    ends_at: time | None = None

    @classmethod
    def of(cls, starts_at: time | None, ends_at: time | None, *, field: str = "") -> Self:
        """Raises HalfAPair, EndsBeforeStart."""
        times = cls(starts_at, ends_at)
        if (starts_at is None) != (ends_at is None):
            raise HalfAPair(field=field)
        if times.minutes is not None and times.minutes <= 0:
            raise EndsBeforeStart(field=field)
        return times

    @property
    def minutes(self) -> int | None:
        """From start to end; None without times."""
        if self.starts_at is None or self.ends_at is None:
            return None
        end = _minutes(self.ends_at) or DAY_MINUTES
        return end - _minutes(self.starts_at)

    def lasting(self, minutes: int) -> Self:
        """The same start, so many minutes long. Raises PassesMidnight."""
        if self.starts_at is None or minutes == self.minutes:
            return self
        end = _minutes(self.starts_at) + minutes
        if end > DAY_MINUTES:
            raise PassesMidnight(start=f"{self.starts_at:%H:%M}", hours=format_decimal(minutes), field="text")
        return type(self)(self.starts_at, time(end % DAY_MINUTES // 60, end % 60))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
