"""Lines of work for tests that do not care how they were typed."""

from datetime import UTC, date, datetime, time
from typing import Any

from people.models import User
from tests.cast import TODAY, Cast
from timesheets.models import TimeEntry


def add_time(
    cast: Cast, user: User | None = None, minutes: int = 480, on: date = TODAY, **fields: Any
) -> TimeEntry:
    """A draft line of the member on the design task, at 190.00 unless told otherwise."""
    user = user or cast.member
    values: dict[str, Any] = {
        "project": cast.project,
        "task": cast.design,
        "labor_code": cast.engineering,
        "billable_minutes": minutes,
        "rate_amount": 190,
        "rate_currency": "USD",
        "rate_source": "Card “Standard 2026”, role Senior engineer, since 1 Jan 2026",
        "created_at": datetime.combine(on, time(17), UTC),
    }
    return TimeEntry.objects.create(
        staff=user.staff_member, worked_on=on, worked_minutes=minutes, **(values | fields)
    )
