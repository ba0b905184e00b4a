"""manage.py run_schedules --on DATE: bills by schedule what is due by a day. One JSON line for each run."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import schema_context

from billing.models import ScheduleRun
from billing.scheduling import run_schedules
from core import clock
from tenants.models import Firm


class Command(BaseCommand):
    help = "Runs the billing schedules that are due by a day, missed periods first. Running it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", default="", metavar="DATE", help="2026-11-30; by default today")
        parser.add_argument("--firm", default="", metavar="SLUG", help="one firm; by default all")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else None
        except ValueError as error:
            raise CommandError(f"{options['on']} is no day. Write it like 2026-11-30.") from error
        firms = list(Firm.objects.working().order_by("slug"))
        if options["firm"]:
            firms = [firm for firm in firms if firm.slug == options["firm"]]
            if not firms:
                raise CommandError(f"There is no firm {options['firm']}.")
        for firm in firms:
            with schema_context(firm.schema_name):
                for run in _run(on):
                    self.stdout.write(json.dumps({"firm": firm.slug, **_row(run)}))


def _run(on: date | None) -> list[ScheduleRun]:
    return run_schedules(on=on, at=clock.now())


def _row(run: ScheduleRun) -> dict[str, Any]:
    return {
        "schedule": run.schedule.name,
        "period": [run.period_first_on.isoformat(), run.period_last_on.isoformat()],
        "due_on": run.due_on.isoformat(),
        "state": run.state,
        "reason": run.reason,
        "invoice_id": run.invoice_id,
    }
