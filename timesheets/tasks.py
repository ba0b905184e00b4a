"""Celery tasks of time, each once in each firm: one call."""

from celery import shared_task

from approvals.escalating import escalate as escalate_approvals
from core import clock
from people.models import LegalEntity
from timesheets import alerting, digests, reminding
from timesheets.locking import advance_lock
from timesheets.rolling import advance_timers


@shared_task(name="timesheets.advance_timers", acks_late=True)
def carry_timers() -> None:
    """Carries running timers on and closes days that are over."""
    advance_timers(at=clock.now())


@shared_task(name="timesheets.remind", acks_late=True)
def remind() -> None:
    """Reminders and digests whose hour has come."""
    at = clock.now()
    reminding.remind_due(at=at)
    digests.digest_missing(at=at)
    digests.digest_approvals(at=at)


@shared_task(name="timesheets.escalate", acks_late=True)
def escalate() -> None:
    """Approvals that wait for too long."""
    escalate_approvals(at=clock.now())


@shared_task(name="timesheets.alert_budgets", acks_late=True)
def alert_budgets() -> None:
    """Budgets that have reached a share of which leads are told."""
    alerting.alert_budgets(at=clock.now())


@shared_task(name="timesheets.lock", acks_late=True)
def lock() -> None:
    """Locks the days whose grace is over, by the firm's own calendar."""
    at = clock.now()
    entity = LegalEntity.objects.filter(is_default=True).first()
    advance_lock(on=clock.date_in(entity.time_zone if entity else "UTC", at), at=at)
