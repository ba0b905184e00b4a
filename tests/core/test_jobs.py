"""Long work: progress, cancelling, workers that die, two that want the same job."""

import itertools
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from core import jobs
from core.errors import Refusal
from core.jobs import MOST_ATTEMPTS, SILENT_AFTER, JobIsOver, Progress, State
from core.models import Job
from core.promises import promises
from tests.core.people import DANA, NOW
from tests.two_connections import at_once

Work = Callable[[Job, Progress], Mapping[str, Any] | None]
LATER = NOW + SILENT_AFTER + timedelta(seconds=1)


def start(work: Work) -> Job:
    kind = f"test.{uuid.uuid4().hex[:12]}"
    jobs.bind(kind, work)
    return jobs.start(kind, {"ids": [1, 2, 3]}, by=DANA, title="Sending invoices", total=3, url="/billing/")


def run(job: Job, clock: Callable[[], datetime] = lambda: NOW) -> Job:
    jobs.run(job.pk, clock=clock)
    job.refresh_from_db()
    return job


def three_steps(job: Job, progress: Progress) -> Mapping[str, Any]:
    for number in job.arguments["ids"]:
        progress.step(message=f"Invoice {number}")
    return {"sent": 3}


def test_a_job_runs_and_says_how_far_it_is(firm: Any) -> None:
    job = start(three_steps)
    assert (job.state, job.started_by_id, job.started_by_name, job.percent) == (
        State.QUEUED,
        7,
        "Dana Ruiz",
        0,
    )
    run(job)
    assert (job.state, job.done, job.percent, job.message) == (State.DONE, 3, 100, "Invoice 3")
    assert (job.result, job.ended_at, job.is_over) == ({"sent": 3}, NOW, True)
    assert jobs.run(job.pk, clock=lambda: NOW) is None


def test_the_worker_is_called_after_the_commit(
    firm: Any, asked: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(three_steps)
    assert asked == [("core.run_job", job.pk)]


def test_every_step_is_a_heartbeat(firm: Any) -> None:
    ticks = (NOW + timedelta(seconds=number) for number in itertools.count())
    beats: list[Any] = []

    def work(job: Job, progress: Progress) -> None:
        progress.expect(2)
        for _ in range(2):
            progress.step()
            beats.append(Job.objects.values_list("heartbeat_at", "done", "total").get(pk=job.pk))

    run(start(work), lambda: next(ticks))
    assert beats == [(NOW + timedelta(seconds=2), 1, 2), (NOW + timedelta(seconds=3), 2, 2)]


def test_a_refusal_fails_the_job_in_its_words(firm: Any) -> None:
    def work(job: Job, progress: Progress) -> None:
        progress.step()
        raise Refusal("The project is closed.")

    job = run(start(work))
    assert (job.state, job.message, job.done) == (State.FAILED, "The project is closed.", 1)


def test_an_error_fails_the_job_without_its_text(firm: Any) -> None:
    job = run(start(lambda job, progress: {"x": 1 // 0}))
    assert job.state == State.FAILED
    assert "division" not in job.message


def test_cancelling_stops_a_running_job_at_its_next_step(firm: Any) -> None:
    steps: list[int] = []

    def work(job: Job, progress: Progress) -> None:
        for number in range(3):
            steps.append(number)
            progress.step()
            if number == 1:
                jobs.cancel(job, at=NOW)

    job = run(start(work))
    assert (job.state, job.done, steps) == (State.CANCELED, 2, [0, 1, 2])
    with pytest.raises(JobIsOver, match="finished already"):
        jobs.cancel(job, at=NOW)


def test_cancelling_a_waiting_job_is_immediate(firm: Any) -> None:
    job = jobs.cancel(start(three_steps), at=NOW)
    assert (job.state, job.ended_at) == (State.CANCELED, NOW)
    assert jobs.run(job.pk, clock=lambda: NOW) is None


def test_a_killed_worker_is_found_and_the_work_goes_on_where_it_was(firm: Any) -> None:
    done: list[int] = []
    deaths = iter([SystemExit("killed")])

    def work(job: Job, progress: Progress) -> None:
        progress.expect(3, done=len(done))
        for number in [number for number in job.arguments["ids"] if number not in done]:
            done.append(number)
            progress.step()
            if number == 2 and (death := next(deaths, None)):
                raise death

    job = start(work)
    with pytest.raises(SystemExit):
        run(job)
    assert jobs.sweep(at=NOW + SILENT_AFTER) == 0
    assert jobs.sweep(at=LATER) == 1
    run(job, lambda: LATER)
    assert (job.state, job.done, job.attempts, done) == (State.DONE, 3, 2, [1, 2, 3])


def test_a_worker_that_was_taken_for_dead_stops_at_its_next_step(firm: Any) -> None:
    runs: list[str] = []

    def work(job: Job, progress: Progress) -> None:
        runs.append(f"attempt {job.attempts} begins")
        if job.attempts == 1:
            jobs.sweep(at=LATER)
            jobs.run(job.pk, clock=lambda: LATER)
            progress.step()
            runs.append("never reached")
        progress.step()

    job = run(start(work))
    assert runs == ["attempt 1 begins", "attempt 2 begins"]
    assert (job.state, job.done, job.attempts) == (State.DONE, 1, 2)


def test_a_waiting_job_that_no_worker_heard_of_is_sent_again(
    firm: Any, asked: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    job = start(three_steps)
    Job.objects.filter(pk=job.pk).update(started_at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.sweep(at=LATER) == 1
        assert jobs.sweep(at=LATER + timedelta(seconds=30)) == 0
    assert asked == [("core.run_job", job.pk)]


def test_a_job_that_kills_every_worker_ends(firm: Any) -> None:
    def work(job: Job, progress: Progress) -> None:
        raise SystemExit("killed")

    job, at = start(work), NOW
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            jobs.run(job.pk, clock=lambda at=at: at)  # type: ignore[misc]
        at += SILENT_AFTER * 2
        jobs.sweep(at=at)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, MOST_ATTEMPTS)


def test_a_silent_job_that_was_canceled_ends_canceled(firm: Any) -> None:
    job = start(three_steps)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, heartbeat_at=NOW, is_cancel_asked=True)
    assert jobs.sweep(at=LATER) == 0
    job.refresh_from_db()
    assert job.state == State.CANCELED


def test_two_sweeps_at_once_resume_a_job_once(own_firm: Any, asked: list[tuple[str, int]]) -> None:
    job = start(three_steps)
    asked.clear()
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, heartbeat_at=NOW, attempts=1)
    assert sorted(at_once(own_firm, *[lambda: jobs.sweep(at=LATER)] * 4)) == [0, 0, 0, 1]
    assert asked == [("core.run_job", job.pk)]


def test_two_workers_at_once_run_a_job_once(own_firm: Any) -> None:
    runs: list[int] = []

    def work(job: Job, progress: Progress) -> None:
        runs.append(job.attempts)
        progress.step()

    job = start(work)
    at_once(own_firm, *[lambda: jobs.run(job.pk, clock=lambda: NOW)] * 4)
    job.refresh_from_db()
    assert (runs, job.state) == ([1], State.DONE)


def test_of_two_lone_jobs_started_at_once_one_is_written(own_firm: Any) -> None:
    def begin() -> Job:
        with promises():
            return jobs.start("test.lone", {}, by=DANA, title="To all", is_alone=True)

    begun = at_once(own_firm, *[begin] * 3)
    assert sorted(type(each).__name__ for each in begun) == ["Job", "RunsAlready", "RunsAlready"]
    Job.objects.update(state=State.DONE)
    assert begin().pk
