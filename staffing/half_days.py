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
