"""Celery tasks of billing, each once in each firm: one call."""

from celery import shared_task

from billing.scheduling import run_schedules
from core import clock
from people.models import LegalEntity


@shared_task(name="billing.run_schedules", acks_late=True)
def run_due_schedules() -> None:
    """Bills what is due today, by the calendar of the legal entity that bills."""
    at = clock.now()
    entity = LegalEntity.objects.order_by("-is_default", "pk").first()
    run_schedules(on=clock.date_in(entity.time_zone if entity else "UTC", at), at=at)
