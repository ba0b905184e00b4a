"""python -m tests.e2e.furnishing SLUG: a firm with everybody of the cast, six tasks, and time two weeks ago.

Run in a process of its own, with the product's environment: stories that are not about setting up begin here.
"""

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import django

from tests.days import today

TASKS = ("Survey", "Modeling", "Drawings", "Specifications")  # after the two of the cast


def furnish(slug: str) -> None:
    from django.db import connection

    from people.models import User
    from projects.models import Task
    from psa.founding import found_firm
    from tests.cast import PASSWORD, add_cast
    from timesheets.models import TimeEntry

    firm, _ = found_firm(
        name="Quick Fingers",
        slug=slug,
        owner_name="Olu Hartwell",
        owner_email="olu@hm.example",
        password=PASSWORD,
        time_zone="America/New_York",
        at=datetime.now(UTC),
    )
    connection.set_tenant(firm)
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    User.objects.update(time_zone="America/New_York")
    line = cast.design.contract_line
    for position, name in enumerate(TASKS, start=3):
        Task.objects.create(
            project=cast.project,
            contract_line=line,
            name=name,
            labor_code=cast.engineering,
            position=position,
        )
    day = today()
    monday = day - timedelta(days=day.weekday() + 14)
    for task in Task.objects.all():
        TimeEntry.objects.create(
            staff=cast.member.staff_member,
            project=cast.project,
            task=task,
            labor_code=cast.engineering,
            worked_on=monday,
            worked_minutes=30,
            billable_minutes=30,
            rate_amount=Decimal(190),
            rate_currency="USD",
            rate_source="Card “Standard 2026”",
        )


if __name__ == "__main__":
    django.setup()
    furnish(sys.argv[1])
