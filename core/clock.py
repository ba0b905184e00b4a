"""The clock. Only views and tasks look at it; operations are told `on` or `at`."""

import zoneinfo
from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This instant, in UTC."""
    return timezone.now()


def today(person: object = None) -> date:
    """Today's date in the person's own time zone (`person.time_zone`), else in the zone of the request."""
    name = getattr(person, "time_zone", "")
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(name)) if name else timezone.localdate()


def date_in(zone: str, at: datetime) -> date:
    """The date of an instant in a time zone, such as a legal entity's for its documents."""
    return at.astimezone(zoneinfo.ZoneInfo(zone)).date()
