"""Celery carries; the inbox and billing do."""

from celery import shared_task

from core import clock
from integrations import inbox
from integrations.stripe.catching_up import catch_up


@shared_task(name="integrations.handle_arrival")
def handle_arrival(arrival_id: int) -> None:
    inbox.handle(arrival_id, at=clock.now())


@shared_task(name="integrations.catch_up_payments")
def catch_up_payments() -> None:
    at = clock.now()
    inbox.sweep(at=at)
    catch_up(at=at)
