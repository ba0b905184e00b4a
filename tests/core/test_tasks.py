"""Mechanisms reach their worker: ids in, one call, in the firm's schema."""

from datetime import timedelta
from typing import Any

from core import clock, jobs, later, mail, outbox, tasks
from core.models import Job, OutboxRow


def test_a_committed_row_is_delivered_by_a_worker_in_its_firm(own_firm: Any) -> None:
    later.bind(tasks.send)
    seen: list[str] = []

    def deliver(row: OutboxRow) -> None:
        seen.append(row.key)

    outbox.bind("test.worker", deliver=deliver)
    row = outbox.enqueue("test.worker", "7", {}, at=clock.now())
    row.refresh_from_db()
    assert (seen, row.state) == (["7"], "DONE")


def test_a_started_job_is_run_by_a_worker_in_its_firm(own_firm: Any) -> None:
    later.bind(tasks.send)
    jobs.bind("test.worker", lambda job, progress: progress.step(message="One"))
    job = jobs.start("test.worker", {}, by=None, title="A job")
    job.refresh_from_db()
    assert (job.state, job.done, job.message) == ("DONE", 1, "One")


def test_what_is_due_much_later_is_left_to_the_sweep(own_firm: Any) -> None:
    later.bind(tasks.send)
    outbox.bind("test.worker", deliver=lambda row: {"key": row.key})
    at = clock.now() - timedelta(seconds=1)
    row = outbox.enqueue("test.worker", "8", {}, at=at, not_before=clock.now() + timedelta(hours=1))
    assert OutboxRow.objects.get(pk=row.pk).state == "QUEUED"
    OutboxRow.objects.filter(pk=row.pk).update(not_before=at)
    tasks.drain_outbox.delay()
    assert OutboxRow.objects.get(pk=row.pk).state == "DONE"


def test_the_periodic_sweep_finds_silent_jobs(own_firm: Any) -> None:
    jobs.bind("test.worker", lambda job, progress: {"attempt": job.attempts})
    job = jobs.start("test.worker", {}, by=None, title="A job")
    long_ago = clock.now() - jobs.SILENT_AFTER * 2
    Job.objects.filter(pk=job.pk).update(state="RUNNING", attempts=1, heartbeat_at=long_ago)
    later.bind(tasks.send)
    tasks.sweep_jobs.delay()
    job.refresh_from_db()
    assert (job.state, job.result) == ("DONE", {"attempt": 2})


def test_a_broker_that_is_down_stops_no_operation(own_firm: Any) -> None:
    def down(task: str, row_id: int, not_before: object) -> None:
        raise ConnectionError("no broker")

    later.bind(down)
    row = outbox.enqueue("test.worker", "9", {}, at=clock.now())
    assert OutboxRow.objects.filter(pk=row.pk, state="QUEUED").exists()


def test_mail_is_bound_to_the_outbox(own_firm: Any) -> None:
    later.bind(tasks.send)
    posted = mail.post(
        "test.mail", to=["a@b.example"], subject_key="1", subject="Hello", text="Hello", at=clock.now()
    )
    posted.refresh_from_db()
    assert posted.state == "SENT"
