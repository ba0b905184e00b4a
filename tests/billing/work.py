"""Approved work for tests of billing."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.drafting import draft_invoice
from billing.models import Invoice
from people.models import User
from projects.models import Task
from tests.cast import TODAY, Cast
from timesheets.models import TimeEntry

FIRST = date(2026, 11, 2)
THROUGH = date(2026, 11, 30)


def log(
    user: User, task: Task, minutes: int = 60, *, day: date = FIRST, rate: Any = 190, **fields: Any
) -> TimeEntry:
    """One entry, approved and rated unless told otherwise."""
    return TimeEntry.objects.create(**_values(user, task, minutes, day, rate) | fields)


def log_many(user: User, task: Task, number: int, minutes: int = 60, *, rate: Any = 190) -> list[TimeEntry]:
    """So many approved entries, in one statement, spread over November."""
    days: Iterator[date] = (FIRST + timedelta(days=index % 20) for index in range(number))
    return TimeEntry.objects.bulk_create(
        TimeEntry(**_values(user, task, minutes, day, rate), note=f"Sheet {index}")
        for index, day in enumerate(days, start=1)
    )


def drafted(cast: Cast, *sizes: int, rate: Any = 190) -> Invoice:
    """A draft of entries of so many minutes each."""
    for minutes in sizes or (60,):
        log(cast.member, cast.design, minutes, rate=rate)
    return draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)


def _values(user: User, task: Task, minutes: int, day: date, rate: Any) -> dict[str, Any]:
    return {
        "staff": user.staff_member,
        "project_id": task.project_id,
        "task": task,
        "labor_code_id": task.labor_code_id,
        "worked_on": day,
        "worked_minutes": minutes,
        "billable_minutes": minutes,
        "state": TimeEntry.State.APPROVED,
        "rate_amount": None if rate is None else Decimal(rate),
        "rate_currency": "" if rate is None else "USD",
        "rate_source": "" if rate is None else "Card “Standard 2026”, role Senior engineer, since 1 Jan 2026",
    }
