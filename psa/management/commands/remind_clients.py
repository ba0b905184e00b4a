"""manage.py remind_clients --on DATE: charges late fees, reminds clients, sends statements, as on a day.

One JSON line for each fee and for each mail.
"""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_tenants.utils import schema_context

from billing.charging import charge_late_fees
from billing.models import LateFee, PaymentReminder, SentStatement
from billing.reminding import run_reminders
from billing.stating import run_statements
from core import clock
from tenants.models import Firm


class Command(BaseCommand):
    help = "Charges late fees, reminds clients, sends monthly statements. Twice for a day changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", default="", metavar="DATE", help="2026-11-30, at whatever hour; by default now"
        )
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
                at = clock.now()
                rows = [_fee(fee) for fee in charge_late_fees(at=at, on=on)]
                rows += [_row(reminder) for reminder in run_reminders(at=at, on=on)]
                rows += [_statement(sent) for sent in run_statements(at=at, on=on)]
                for row in rows:
                    self.stdout.write(json.dumps({"firm": firm.slug, **row}))


def _fee(fee: LateFee) -> dict[str, Any]:
    return {
        "late_fee_for": fee.invoice.number,
        "step_days": fee.step_days,
        "amount": f"{fee.amount.normalize():f}",
        "currency": fee.invoice.currency,
        "reason": fee.reason,
    }


def _statement(sent: SentStatement) -> dict[str, Any]:
    return {
        "statement_for": sent.client.name,
        "last_on": sent.last_on.isoformat(),
        "amount": f"{sent.closing_amount.normalize():f}",
        "currency": sent.currency,
    }


def _row(reminder: PaymentReminder) -> dict[str, Any]:
    return {
        "client": reminder.client.name,
        "day": reminder.day.isoformat(),
        "tone": reminder.tone,
        "amount": f"{reminder.amount.normalize():f}",
        "currency": reminder.currency,
    }
