"""Celery tasks of the mechanisms: an id in, one call. The firm travels in the task's header."""

from datetime import datetime, timedelta
from typing import Any

from celery import shared_task

from core import clock, jobs, outbox

# Later than this the periodic sweep is soon enough, and the broker would deliver a waiting task twice.
LONGEST_WAIT = timedelta(minutes=5)


@shared_task(name="core.deliver_outbox", acks_late=True)
def deliver_outbox(row_id: int) -> None:
    """Delivers one outbox row, if it is due and free."""
    outbox.deliver(row_id, at=clock.now())


@shared_task(name="core.drain_outbox", acks_late=True)
def drain_outbox() -> None:
    """Delivers what is due, finds out what is unknown. Periodic, once for each firm."""
    outbox.drain(at=clock.now(), clock=clock.now)


@shared_task(name="core.run_job", acks_late=True, reject_on_worker_lost=True)
def run_job(job_id: int) -> None:
    """Does the work of one job."""
    jobs.run(job_id, clock=clock.now)


@shared_task(name="core.sweep_jobs", acks_late=True)
def sweep_jobs() -> None:
    """Begins the jobs of silent workers again. Periodic, once for each firm."""
    jobs.sweep(at=clock.now())


TASKS: dict[str, Any] = {}


def carry(*tasks: Any) -> None:
    """Says which tasks may be asked for after a transaction; rooms above bind theirs in psa/wiring.py."""
    TASKS.update({task.name: task for task in tasks})


carry(deliver_outbox, run_job)


def send(task: str, row_id: int, not_before: datetime | None) -> None:
    """Hands the work to a worker; what is due much later is left to the periodic sweep."""
    if not_before is not None and not_before > clock.now() + LONGEST_WAIT:
        return
    TASKS[task].apply_async(args=[row_id], eta=not_before)
