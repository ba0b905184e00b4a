"""Public holidays by country and subdivision (the `holidays` library), beside those that an office has here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
from babel import Locale

from people.models import Holiday, HolidayLeftOut, Office

LANGUAGE = "en_US"
# What a calendar reaches back and ahead that anybody asks for.
FIRST_YEAR, LAST_YEAR = 2000, 2060


@dataclass(frozen=True)
class PublicHoliday:
    """A day of a country's calendar, with the name it has there."""

    on: date
    name: str


@dataclass(frozen=True)
class Offered:
    """A day of the calendar beside what the office has. `holiday` is ours for it, `state` where it stands: MISSING,
    THERE, EDITED (renamed or moved here), FIRM (a day of all offices), LEFT_OUT."""

    on: date
    name: str
    state: str
    holiday: Holiday | None = None

    @property
    def is_offered(self) -> bool:
        return self.state in ("MISSING", "LEFT_OUT")


@cache
def countries() -> list[tuple[str, str]]:
    """Codes (ISO 3166) and names of the countries that have a calendar, by name."""
    names = Locale("en").territories
    codes = [code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2]
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda row: row[1])


@cache
def subdivisions(country: str) -> list[tuple[str, str]]:
    """Codes and names of a country's parts that have days of their own, by name. Empty for an unknown country."""
    if country not in dict(countries()):
        return []
    calendar = holidays.country_holidays(country)
    names = {code: name for name, code in calendar.subdivisions_aliases.items()}
    return sorted(((code, names.get(code, code)) for code in calendar.subdivisions), key=lambda row: row[1])


def days_of(country: str, subdivision: str, year: int) -> list[PublicHoliday]:
    """The calendar of one year, with the days on which holidays on a weekend are observed. Two on one day are one."""
    calendar = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language=_language(country)
    )
    return [PublicHoliday(on, name) for on, name in sorted(calendar.items()) if on.year == year]


def preview(office: Office, year: int) -> Sequence[Offered]:
    """The office's calendar of a year beside what it has. Empty without a country. Two statements."""
    if not office.country:
        return []
    ours = list(Holiday.objects.filter(office=office) | Holiday.objects.filter(office=None))
    left_out = set(HolidayLeftOut.objects.filter(office=office).values_list("name", flat=True))
    known = {(row.calendar_name, row.calendar_on): row for row in ours if row.calendar_name}
    by_day = {row.on: row for row in sorted(ours, key=lambda row: row.office_id is not None)}
    return [
        _offered(day, known, by_day, left_out) for day in days_of(office.country, office.subdivision, year)
    ]


def _offered(
    day: PublicHoliday,
    known: dict[tuple[str, date | None], Holiday],
    by_day: dict[date, Holiday],
    left_out: set[str],
) -> Offered:
    ours = known.get((day.name, day.on))
    if ours is not None:
        is_same = (ours.name, ours.on) == (day.name[: len(ours.name)], day.on)
        return Offered(day.on, day.name, "THERE" if is_same else "EDITED", ours)
    there = by_day.get(day.on)
    if there is not None:
        return Offered(day.on, day.name, "THERE" if there.office_id else "FIRM", there)
    return Offered(day.on, day.name, "LEFT_OUT" if day.name in left_out else "MISSING")


def _language(country: str) -> str | None:
    supported = holidays.country_holidays(country).supported_languages
    return LANGUAGE if LANGUAGE in supported else None
