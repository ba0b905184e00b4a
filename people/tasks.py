"""What the schedule does with people's calendars."""

from celery import shared_task

from core import clock
from people.observing import observe_ahead


@shared_task(name="people.observe_ahead")
def observe_public_holidays() -> None:
    """Adds the public holidays of the coming year, once they are not there."""
    observe_ahead(on=clock.now().date())
