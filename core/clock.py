"""The clock. Only views and tasks look at it; operations are told `on` or `at`."""

import zoneinfo
from datetime import date, datetime

from django.utils import timezone

# Views that ask for the instant turn it into a date in the same breath.
from core.periods import date_in as date_in


def now() -> datetime:
    """This instant, in UTC."""
    return timezone.now()


def today(person: object = None) -> date:
    """Today's date in the person's own time zone (`person.time_zone`), else in the zone of the request."""
    name = getattr(person, "time_zone", "")
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(name)) if name else timezone.localdate()
