"""Submitted weeks for the tests of approvals."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from people.models import User
from tests.cast import PASSWORD, TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.models import TimeEntry
from timesheets.submitting import submit_time

MONDAY = TODAY - timedelta(days=9)
DANA_SIGNS = {"typed_name": "Dana Ruiz", "password": PASSWORD}


def submit_week(
    cast: Cast,
    user: User | None = None,
    *,
    days: int = 5,
    minutes: int = 480,
    first: date = MONDAY,
    **fields: Any,
) -> list[TimeEntry]:
    """The member's week of the same hours each day, submitted now."""
    user = user or cast.member
    entries = [
        add_time(cast, user, minutes=minutes, on=first + timedelta(days=day), **fields) for day in range(days)
    ]
    submit(user, entries)
    return list(TimeEntry.objects.filter(pk__in=[entry.pk for entry in entries]).order_by("worked_on"))


def submit(user: User, entries: Iterable[TimeEntry]) -> None:
    ids = [entry.pk for entry in entries]
    submit_time(staff=user.staff_member, entry_ids=ids, by=user, at=timezone.now(), acknowledged=True)


def seen(entries: Iterable[TimeEntry]) -> str:
    """The lines as a dialog names them."""
    return ",".join(f"{entry.pk}.{entry.version}" for entry in entries)
