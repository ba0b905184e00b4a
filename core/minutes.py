"""Minutes: the only place that reads and prints durations. Time is whole minutes.

What a cell accepts stands in docs/architecture.md, section 10. Spaces and case are ignored; a decimal is hours × 60,
rounded half-up to the minute.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from core.digits import plain
from core.errors import Refusal

DAY_MINUTES = 24 * 60
# The most that the work of one line or project is taken for: 100,000 hours.
SUM_MINUTES = 100_000 * 60
ACCEPTED = "Type 1.5, 1:30, 90m or 1h30m."

# Longer texts hold no duration of a day, and are not worth a big number.
LONGEST_TEXT = 20

Style = Literal["decimal", "clock"]

_HOURS = re.compile(r"([0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)h?")
_CLOCK = re.compile(r"([0-9]*):([0-9]+)h?")
# Sums of work are shown with their thousands apart: 1,234.50.
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?h?")
_UNITS = re.compile(r"(?:([0-9]+)h)?(?:([0-9]+)m?)?")


class NotADuration(Refusal):
    """The text is not a duration; the message shows what is accepted."""


class MoreThanADay(NotADuration):
    """The duration is longer than 24 hours."""


def parse_minutes(text: str, *, field: str = "", most: int = DAY_MINUTES) -> int | None:
    """Minutes from what a person typed; None (clear the cell) for an empty text and for zero.

    `most` is a day, or SUM_MINUTES for the work of many days, which may be typed with its thousands apart.
    Raises NotADuration for everything that the table does not list, for more than zero but less than a minute, and
    MoreThanADay above 24:00.
    """
    shown = text.strip()[:LONGEST_TEXT]
    typed = "".join(plain(text).split()).casefold()
    if not typed:
        return None
    if len(typed) > LONGEST_TEXT:
        raise NotADuration(f'"{shown}…" is not a time. {ACCEPTED}', field=field)
    if most > DAY_MINUTES and _GROUPED.fullmatch(typed):
        typed = typed.replace(",", "")
    minutes = _typed_minutes(typed, shown, field)
    if minutes > most and most == DAY_MINUTES:
        raise MoreThanADay(f'"{shown}" is more than a day. Type at most 24:00.', field=field)
    if minutes > most:
        raise NotADuration(f'"{shown}" is too much. Type at most {most // 60:,} hours.', field=field)
    return minutes or None


def _typed_minutes(typed: str, shown: str, field: str) -> int:
    if match := _HOURS.fullmatch(typed):
        exact = Decimal(match[1].replace(",", ".")) * 60
        minutes = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        if exact and not minutes:
            raise NotADuration(f'"{shown}" is less than a minute. {ACCEPTED}', field=field)
        return minutes
    if match := _CLOCK.fullmatch(typed):
        if len(match[2]) != 2 or int(match[2]) > 59:
            reason = "minutes are 00 to 59" + ("" if len(match[2]) == 2 else ", two digits")
            raise NotADuration(f'"{shown}" is not a time: {reason}. {ACCEPTED}', field=field)
        return int(match[1] or 0) * 60 + int(match[2])
    # Here a number alone was read as hours above, so the last part has its m or follows an h.
    if match := _UNITS.fullmatch(typed):
        return int(match[1] or 0) * 60 + int(match[2] or 0)
    raise NotADuration(f'"{shown}" is not a time. {ACCEPTED}', field=field)


def format_decimal(minutes: int) -> str:
    """Hours with two decimals, half-up: 90 is "1.50", 101 is "1.68", -60 is "-1.00"."""
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return str(hours)


def format_clock(minutes: int) -> str:
    """Hours and minutes: 90 is "1:30", 6000 is "100:00", -15 is "-0:15"."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours}:{rest:02d}"


def format_minutes(minutes: int, style: Style = "decimal") -> str:
    """Minutes as the person prefers to see them."""
    return format_clock(minutes) if style == "clock" else format_decimal(minutes)


def hours(minutes: int) -> Decimal:
    """Exact hours, not rounded: for quantities that are multiplied later."""
    return Decimal(minutes) / 60
