"""Half days: which part of a day leave covers, and how many minutes that is.

The morning has the odd minute of a day, so that morning and afternoon always add up to it.
"""

from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    """From a day, or its noon, to a day, or its noon; both days included."""

    starts_on: date
    ends_on: date
    starts_at_noon: bool = False
    ends_at_noon: bool = False

    @property
    def words(self) -> str:
        """Mon 30 Nov – Fri 4 Dec 2026; half days are named."""
        first = f"{self.starts_on:%a} {self.starts_on.day} {self.starts_on:%b}"
        if self.starts_on == self.ends_on:
            half = ", afternoon" if self.starts_at_noon else ", morning" if self.ends_at_noon else ""
            return f"{first} {self.starts_on.year}{half}"
        year = "" if self.starts_on.year == self.ends_on.year else f" {self.starts_on.year}"
        last = f"{self.ends_on:%a} {self.ends_on.day} {self.ends_on:%b} {self.ends_on.year}"
        begins, ends = " from noon" if self.starts_at_noon else "", " until noon" if self.ends_at_noon else ""
        return f"{first}{year}{begins} – {last}{ends}"

    def has_morning(self, on: date) -> bool:
        """Whether the morning of `on` is inside."""
        return self.starts_on <= on <= self.ends_on and not (self.starts_at_noon and on == self.starts_on)

    def has_afternoon(self, on: date) -> bool:
        """Whether the afternoon of `on` is inside."""
        return self.starts_on <= on <= self.ends_on and not (self.ends_at_noon and on == self.ends_on)

    def minutes(self, on: date, day_minutes: int) -> int:
        """What is inside of a day that has `day_minutes`."""
        morning = day_minutes - day_minutes // 2 if self.has_morning(on) else 0
        return morning + (day_minutes // 2 if self.has_afternoon(on) else 0)


def in_days(minutes: int, day_minutes: int) -> str:
    """Minutes as days of so many minutes, with at most two decimals, half-up: 720 of 480 is 1.5."""
    if not day_minutes:
        return "0"
    hundredths = (200 * abs(minutes) + day_minutes) // (2 * day_minutes)
    whole, rest = divmod(hundredths, 100)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"−{text}" if minutes < 0 and hundredths else text
