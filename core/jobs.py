"""Long work with progress.

`start` writes the job in the caller's transaction; a worker claims it and calls what is bound to its kind. The work is
resumable: it skips what is done, because a worker may die and another begin anew. After each part it calls
`progress.step()` outside transactions, which is where it hears that somebody canceled it or that it lost the job.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from core import later
from core.actors import Actor, actor_id, actor_name
from core.errors import Conflict, Refusal
from core.models import Job

logger = logging.getLogger(__name__)

# A worker that has not written a heartbeat for so long is taken for dead.
SILENT_AFTER = timedelta(seconds=60)
# Work that kills its worker each time must not do so for ever.
MOST_ATTEMPTS = 5

State = Job.State
Clock = Callable[[], datetime]


class JobIsOver(Refusal):
    """The job has ended and cannot be canceled."""

    sentence = "This has finished already."


class RunsAlready(Conflict):
    sentence = "This is running already. Wait until it has ended."


class Stop(Exception):
    """Raised by `progress.step()`: the work ends here, canceled or taken over. Let it pass through."""


class Progress:
    """How the work says how far it is."""

    def __init__(self, job: Job, clock: Clock) -> None:
        self.job = job
        self.clock = clock

    def step(self, count: int = 1, message: str = "") -> None:
        """`count` more are done. Call it outside transactions. Raises Stop."""
        self._write(done=F("done") + count, **({"message": message[:250]} if message else {}))

    def expect(self, total: int, *, done: int = 0) -> None:
        """Says how many there are in all, and how many an earlier run has done."""
        self._write(total=total, done=done)

    def _write(self, **values: Any) -> None:
        mine = Job.objects.filter(pk=self.job.pk, state=State.RUNNING, attempts=self.job.attempts)
        if not mine.filter(is_cancel_asked=False).update(heartbeat_at=self.clock(), **values):
            raise Stop


Work = Callable[[Job, Progress], Mapping[str, Any] | None]

_work: dict[str, Work] = {}


def bind(kind: str, work: Work) -> None:
    """`work(job, progress)` returns what to keep as the job's result."""
    _work[kind] = work


def start(
    kind: str,
    arguments: Mapping[str, Any],
    *,
    by: Actor | None,
    title: str,
    total: int = 0,
    url: str = "",
    is_alone: bool = False,
) -> Job:
    """Writes the job in the caller's transaction and has a worker begin after the commit.

    `url` is the path on the firm's host where its result is seen. With `is_alone` a second one of its kind is refused
    by the database until it has ended: RunsAlready, inside `promises()`.
    """
    job = Job.objects.create(
        kind=kind,
        title=title,
        arguments=dict(arguments),
        total=total,
        url=url,
        is_alone=is_alone,
        started_by_id=actor_id(by),
        started_by_name=actor_name(by),
    )
    later.after_commit("core.run_job", job.pk)
    return job


def run(job_id: int, *, clock: Clock) -> Job | None:
    """Claims a waiting job and does its work; None when somebody else has it or it is over."""
    claimed = Job.objects.filter(pk=job_id, state=State.QUEUED).update(
        state=State.RUNNING, heartbeat_at=clock(), attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    job = Job.objects.get(pk=job_id)
    try:
        result = _work[job.kind](job, Progress(job, clock))
    except Stop:
        return _end(job, State.CANCELED, clock(), only=Q(is_cancel_asked=True))
    except Refusal as refusal:
        return _end(job, State.FAILED, clock(), message=refusal.message[:250])
    except Exception:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        return _end(
            job, State.FAILED, clock(), message="Something went wrong here. What was done so far is kept."
        )
    return _end(job, State.DONE, clock(), result=result and dict(result))


def cancel(job: Job, *, at: datetime) -> Job:
    """Cancels a waiting job at once, and asks a running one to stop at its next step. Raises JobIsOver."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.is_over:
            raise JobIsOver
        job.is_cancel_asked = True
        if job.state == State.QUEUED:
            job.state, job.ended_at = State.CANCELED, at
        job.save(update_fields=["is_cancel_asked", "state", "ended_at"])
    return job


def sweep(*, at: datetime) -> int:
    """Has the jobs of silent workers, and those that no worker heard of, begun again. Returns how many.

    A running job is taken from its worker by compare-and-swap, so that one sweep resumes it, once; its old worker
    finds out at its next step.
    """
    silent = Q(heartbeat_at__lt=at - SILENT_AFTER) | Q(heartbeat_at=None, started_at__lt=at - SILENT_AFTER)
    waiting = Job.objects.filter(silent, state__in=[State.QUEUED, State.RUNNING])
    taken = 0
    for job_id in list(waiting.values_list("pk", flat=True)):
        one = waiting.filter(pk=job_id)
        if one.filter(state=State.RUNNING, is_cancel_asked=True).update(state=State.CANCELED, ended_at=at):
            continue
        if one.filter(attempts__gte=MOST_ATTEMPTS).update(
            state=State.FAILED,
            ended_at=at,
            message="This stopped several times. What was done so far is kept.",
        ):
            continue
        # The heartbeat of a waiting job says when a worker was last called.
        if one.update(state=State.QUEUED, heartbeat_at=at):
            later.after_commit("core.run_job", job_id)
            taken += 1
    return taken


def _end(job: Job, state: State, at: datetime, *, only: Q | None = None, **values: Any) -> Job | None:
    """Ends the job unless another worker has it by now."""
    mine = Job.objects.filter(only or Q(), pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    if not mine.update(state=state, ended_at=at, heartbeat_at=at, **values):
        return None
    job.refresh_from_db()
    return job
