"""Celery tasks of billing, each once in each firm: one call."""

from celery import shared_task

from billing.charging import charge_late_fees
from billing.reminding import run_reminders
from billing.scheduling import run_schedules
from billing.stating import run_statements
from core import clock


@shared_task(name="billing.run_schedules", acks_late=True)
def run_due_schedules() -> None:
    """Bills what is due today, by the calendar of the legal entity that bills."""
    run_schedules(at=clock.now())


@shared_task(name="billing.remind", acks_late=True)
def remind_of_invoices() -> None:
    """Charges late fees, then reminds clients of what is open, each by its own clock."""
    at = clock.now()
    charge_late_fees(at=at)
    run_reminders(at=at)


@shared_task(name="billing.send_statements", acks_late=True)
def send_statements_of_the_month() -> None:
    """Sends the statements of the month before, on the firm's day."""
    run_statements(at=clock.now())
