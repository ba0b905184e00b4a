"""The language that is active now, as Babel knows it: for numbers, amounts and dates in the reader's own writing.

Staff screens are in US English; what a client sees is written while the client's language is active.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_time
from django.utils import timezone
from django.utils.translation import get_language, to_locale

DEFAULT = "en_US"

DayStyle = Literal["short", "medium", "long", "full"]


@lru_cache(maxsize=128)
def locale_of(language: str) -> str:
    """Babel's locale for a language such as `de` or `en-us`; US English where Babel knows none."""
    try:
        found = Locale.parse(to_locale(language or DEFAULT))
    except (UnknownLocaleError, ValueError):
        return DEFAULT
    # English without a country is that of the staff screens.
    return DEFAULT if str(found) == "en" else str(found)


def active_locale() -> str:
    """Babel's locale of the language that is active in this thread."""
    return locale_of(get_language() or DEFAULT)


def written_day(day: date, style: DayStyle = "long") -> str:
    """The date in words of the active language: December 31, 2026; with `full` Thursday, December 31, 2026."""
    return format_date(day, style, locale=active_locale())


def written_moment(instant: datetime) -> str:
    """Date and time in words of the active language, in the current time zone."""
    local, locale = timezone.localtime(instant), active_locale()
    return f"{format_date(local, 'medium', locale=locale)}, {format_time(local, 'short', locale=locale)}"


def written_days(first: date, last: date) -> str:
    """Two dates in words of the active language: Nov 1 – 30, 2026."""
    return _days(first, last, active_locale())


# Many contract lines have the same periods, and Babel takes 0.1 ms for one.
@lru_cache(maxsize=1024)
def _days(first: date, last: date, locale: str) -> str:
    if first == last:
        return format_date(first, "medium", locale=locale)
    return str(format_interval(first, last, "yMMMd", locale=locale))
