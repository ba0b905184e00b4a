"""Which public holidays an office observes."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import MANAGE_FIRM, require
from people.models import Holiday, HolidayLeftOut, Office, User
from people.public_holidays import FIRST_YEAR, LAST_YEAR, countries, preview, subdivisions

NAME_LENGTH = 80


class NoCalendar(Refusal):
    sentence = "Choose the country of {office} first; its public holidays come from there."


class UnknownPlace(Refusal):
    sentence = "There is no calendar for this place. Choose one of the list."


class YearIsFar(Refusal):
    sentence = "Calendars are known from {first} to {last}."


def set_calendar(*, office: Office, country: str, subdivision: str, by: User | None) -> Office:
    """Where the office's public holidays come from; empty is nowhere. Days that are there already stay.

    Raises UnknownPlace (field country or subdivision).
    """
    require(by, MANAGE_FIRM)
    if country and country not in dict(countries()):
        raise UnknownPlace(field="country")
    if subdivision and subdivision not in dict(subdivisions(country)):
        raise UnknownPlace(field="subdivision")
    with promises(), transaction.atomic():
        office = Office.objects.select_for_update().get(pk=office.pk)
        audit.acting("office.set_calendar", by=by, subject=office, country=country, subdivision=subdivision)
        office.country, office.subdivision = country, subdivision
        office.save(update_fields=["country", "subdivision"])
    return office


def observe_year(
    *, office: Office, year: int, by: User | None, days: Collection[date] | None = None
) -> list[Holiday]:
    """Adds the public holidays of a year that the office lacks; what is there, renamed or moved, stays as it is.

    `days` are those chosen: the others are left out, in later years too. Without `days` all that are missing are added
    and what was left out stays so. Returns what was added. Raises NoCalendar, YearIsFar. A constant number of
    statements.
    """
    require(by, MANAGE_FIRM)
    if not office.country:
        raise NoCalendar(office=office.name)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearIsFar(first=FIRST_YEAR, last=LAST_YEAR)
    with promises(), transaction.atomic():
        office = Office.objects.select_for_update().get(pk=office.pk)
        offered = [day for day in preview(office, year) if day.is_offered]
        if days is None:
            chosen = [day for day in offered if day.state == "MISSING"]
        else:
            chosen = [day for day in offered if day.on in days]
            unwanted = {day.name for day in offered if day.on not in days}
            HolidayLeftOut.objects.bulk_create(
                [HolidayLeftOut(office=office, name=name) for name in sorted(unwanted)],
                ignore_conflicts=True,
            )
            HolidayLeftOut.objects.filter(office=office, name__in=[day.name for day in chosen]).delete()
        audit.acting("office.observe_year", by=by, subject=office, year=year, added=len(chosen))
        return Holiday.objects.bulk_create(
            Holiday(
                name=day.name[:NAME_LENGTH],
                on=day.on,
                office=office,
                calendar_name=day.name,
                calendar_on=day.on,
            )
            for day in chosen
        )


def edit_holiday(*, holiday: Holiday, name: str, on: date, by: User | None) -> Holiday:
    """Another name or day; an import keeps it so. Raises the promise people_holiday_once (field on)."""
    require(by, MANAGE_FIRM)
    with promises(), transaction.atomic():
        holiday = Holiday.objects.select_for_update(of=("self",)).get(pk=holiday.pk)
        audit.acting("holiday.edit", by=by, subject=holiday)
        holiday.name, holiday.on = name, on
        holiday.save(update_fields=["name", "on"])
    return holiday


def observe_ahead(*, on: date) -> int:
    """Adds this year's and next year's days to every office that has taken days of its calendar before; left out stays
    left out. Returns how many were added. For the schedule."""
    taken = Holiday.objects.exclude(calendar_name="").values("office")
    added = 0
    for office in Office.objects.filter(pk__in=taken).exclude(country="").order_by("pk"):
        for year in (on.year, on.year + 1):
            is_taken = Holiday.objects.filter(office=office, calendar_on__year__lt=year).exists()
            if is_taken and any(day.state == "MISSING" for day in preview(office, year)):
                added += len(observe_year(office=office, year=year, by=None))
    return added
