"""Exactly once outward: what each failure leads to, and who wins."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import outbox
from core.models import OutboxRow
from core.outbox import BACK_OFF, MOST_ATTEMPTS, STALE_AFTER, State
from core.transitions import IllegalMove
from tests.core.people import NOW
from tests.two_connections import at_once


class Vendor:
    """A recording vendor: answers, or fails as it is told, and knows which request ids it has seen."""

    def __init__(self) -> None:
        self.heard: list[uuid.UUID] = []
        self.failure: BaseException | None = None
        self.kind = f"test.{uuid.uuid4().hex[:12]}"
        self.reading: Callable[[], Mapping[str, Any] | None] = lambda: None
        outbox.bind(self.kind, deliver=self.deliver, read_back=lambda row: self.reading())

    def deliver(self, row: OutboxRow) -> Mapping[str, Any]:
        self.heard.append(row.request_id)
        if self.failure is not None:
            raise self.failure
        return {"id": f"remote-{row.key}"}

    def row(self, key: str = "1", **values: Any) -> OutboxRow:
        return outbox.enqueue(self.kind, key, {"amount": "1.00"}, at=NOW, **values)

    def send(self, row: OutboxRow, at: datetime = NOW) -> OutboxRow:
        outbox.deliver(row.pk, at=at)
        row.refresh_from_db()
        return row


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def test_a_delivery_is_done_once_and_keeps_its_answer(firm: Any, vendor: Vendor) -> None:
    row = vendor.send(vendor.row())
    assert (row.state, row.answer, row.attempts, row.done_at) == (State.DONE, {"id": "remote-1"}, 1, NOW)
    vendor.send(row)
    assert vendor.heard == [row.request_id]


def test_the_same_key_is_enqueued_once(firm: Any, vendor: Vendor) -> None:
    assert vendor.row() == vendor.row()
    assert OutboxRow.objects.filter(kind=vendor.kind).count() == 1


def test_the_worker_is_called_after_the_commit(
    firm: Any, vendor: Vendor, asked: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = vendor.row()
        assert asked == []
    assert asked == [("core.deliver_outbox", row.pk)]


def test_nothing_leaves_before_its_time(firm: Any, vendor: Vendor) -> None:
    row = vendor.row(not_before=NOW + timedelta(seconds=15))
    assert vendor.send(row, NOW + timedelta(seconds=14)).state == State.QUEUED
    assert vendor.send(row, NOW + timedelta(seconds=15)).state == State.DONE


def test_try_again_later_backs_off_with_the_same_request_id(firm: Any, vendor: Vendor) -> None:
    row, at = vendor.row(), NOW
    vendor.failure = outbox.TryAgainLater("busy")
    waits = []
    for _ in range(MOST_ATTEMPTS - 1):
        vendor.send(row, at)
        assert (row.state, row.last_error) == (State.QUEUED, "busy")
        waits.append((row.not_before - at) // timedelta(minutes=1))
        at = row.not_before
    assert tuple(waits) == (BACK_OFF + BACK_OFF)[:-1]
    assert vendor.send(row, at).state == State.ATTENTION
    assert set(vendor.heard) == {row.request_id}


def test_the_vendor_may_say_how_long_to_wait(firm: Any, vendor: Vendor) -> None:
    vendor.failure = outbox.TryAgainLater(after=timedelta(seconds=7))
    assert vendor.send(vendor.row()).not_before == NOW + timedelta(seconds=7)


def test_needs_attention_waits_for_a_person_with_its_fix(firm: Any, vendor: Vendor) -> None:
    row = vendor.row()
    vendor.failure = outbox.NeedsAttention("no such customer", fix="Link the client first.")
    vendor.send(row)
    assert (row.state, row.last_error, row.fix) == (
        State.ATTENTION,
        "no such customer",
        "Link the client first.",
    )
    assert outbox.drain(at=NOW + timedelta(days=1)) == 0
    assert list(OutboxRow.objects.needing_a_person()) == [row]
    vendor.failure = None
    again = outbox.send_again(row, at=NOW)
    assert (again.state, again.fix, again.request_id, again.generation) == (
        State.QUEUED,
        "",
        row.request_id,
        1,
    )
    assert vendor.send(again).state == State.DONE


def test_never_works_is_given_up(firm: Any, vendor: Vendor) -> None:
    vendor.failure = outbox.NeverWorks("the invoice is void there")
    row = vendor.send(vendor.row())
    assert (row.state, row.done_at) == (State.DEAD, NOW)
    again = outbox.send_again(row, at=NOW)
    assert (again.generation, again.request_id != row.request_id) == (2, True)


@pytest.mark.parametrize(
    "failure", [outbox.Unknown("timed out"), KeyError("id")], ids=["timeout", "unforeseen"]
)
def test_unknown_is_read_back_before_anything_is_sent(firm: Any, vendor: Vendor, failure: Exception) -> None:
    row = vendor.row()
    vendor.failure = failure
    assert vendor.send(row).state == State.UNKNOWN
    assert vendor.send(row, NOW + timedelta(hours=1)).state == State.UNKNOWN
    vendor.reading = lambda: {"id": "found"}
    outbox.drain(at=NOW + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.state, row.answer) == (State.DONE, {"id": "found"})
    assert len(vendor.heard) == 1


def test_certainly_not_done_is_sent_again_with_the_same_request_id(firm: Any, vendor: Vendor) -> None:
    row = vendor.row()
    vendor.failure = outbox.Unknown("timed out")
    vendor.send(row)
    vendor.failure = None
    outbox.drain(at=NOW + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.DONE, 2)
    assert vendor.heard == [row.request_id, row.request_id]


def test_a_read_back_that_fails_leaves_it_unknown_and_ends_with_a_person(firm: Any, vendor: Vendor) -> None:
    row, at = vendor.row(), NOW + timedelta(hours=1)
    vendor.failure = outbox.Unknown("timed out")
    vendor.send(row)

    def unreachable() -> None:
        raise ConnectionError("unreachable")

    vendor.reading = unreachable
    for _ in range(MOST_ATTEMPTS - 1):
        outbox.read_back(row.pk, at=at)
        row.refresh_from_db()
        assert row.state == State.UNKNOWN
        at = row.not_before
    outbox.read_back(row.pk, at=at)
    row.refresh_from_db()
    assert (row.state, len(vendor.heard)) == (State.ATTENTION, 1)


def test_without_a_way_to_read_back_a_person_decides(firm: Any, vendor: Vendor) -> None:
    outbox.bind(vendor.kind, deliver=vendor.deliver)
    vendor.failure = outbox.Unknown("timed out")
    row = vendor.send(vendor.row())
    outbox.drain(at=NOW + timedelta(hours=1))
    row.refresh_from_db()
    assert row.state == State.ATTENTION
    assert "whether it arrived" in row.fix


def test_a_killed_worker_leaves_the_row_and_silence_makes_it_unknown(firm: Any, vendor: Vendor) -> None:
    row = vendor.row()
    vendor.failure = SystemExit("killed between claim and answer")
    with pytest.raises(SystemExit):
        outbox.deliver(row.pk, at=NOW)
    row.refresh_from_db()
    assert row.state == State.SENDING
    assert outbox.drain(at=NOW + STALE_AFTER) == 0
    vendor.reading = lambda: {"id": "found"}
    outbox.drain(at=NOW + STALE_AFTER + timedelta(seconds=1))
    row.refresh_from_db()
    assert (row.state, row.answer, len(vendor.heard)) == (State.DONE, {"id": "found"}, 1)


def test_a_late_answer_of_a_worker_taken_for_dead_still_counts(firm: Any, vendor: Vendor) -> None:
    row = vendor.row()

    def slow(claimed: OutboxRow) -> Mapping[str, Any]:
        OutboxRow.objects.filter(pk=claimed.pk).update(state=State.UNKNOWN)
        return {"id": "late"}

    outbox.bind(vendor.kind, deliver=slow)
    assert vendor.send(row).answer == {"id": "late"}
    assert row.state == State.DONE


def test_an_answer_of_an_older_try_changes_nothing(firm: Any, vendor: Vendor) -> None:
    row = vendor.row()

    def overtaken(claimed: OutboxRow) -> Mapping[str, Any]:
        OutboxRow.objects.filter(pk=claimed.pk).update(attempts=2)
        return {"id": "old"}

    outbox.bind(vendor.kind, deliver=overtaken)
    assert outbox.deliver(row.pk, at=NOW) is None
    row.refresh_from_db()
    assert (row.state, row.answer) == (State.SENDING, None)


def test_a_kind_that_nobody_delivers_waits_for_a_person(firm: Any) -> None:
    row = outbox.enqueue("test.nobody", "1", {}, at=NOW)
    outbox.drain(at=NOW)
    row.refresh_from_db()
    assert row.state == State.ATTENTION


def test_a_later_version_is_a_new_intent(firm: Any, vendor: Vendor) -> None:
    row = vendor.send(vendor.row())
    again = outbox.send_again(row, at=NOW, payload={"amount": "2.00"})
    assert (again.generation, again.payload, again.answer) == (2, {"amount": "2.00"}, None)
    assert again.request_id != row.request_id
    with pytest.raises(IllegalMove, match=r"This delivery is already waiting."):
        outbox.send_again(row, at=NOW)


def test_drain_delivers_what_is_due(firm: Any, vendor: Vendor) -> None:
    for key in range(5):
        vendor.row(str(key))
    vendor.row("later", not_before=NOW + timedelta(days=1))
    assert outbox.drain(at=NOW, limit=3) == 3
    assert outbox.drain(at=NOW) == 2
    assert len(set(vendor.heard)) == 5


def test_a_row_that_a_long_drain_comes_to_late_is_not_taken_for_silent(firm: Any, vendor: Vendor) -> None:
    now = [NOW]
    waited: list[timedelta] = []

    def slow(row: OutboxRow) -> Mapping[str, Any]:
        assert row.claimed_at is not None
        waited.append(now[0] - row.claimed_at)
        now[0] += STALE_AFTER
        return {}

    outbox.bind(vendor.kind, deliver=slow)
    for key in range(3):
        vendor.row(str(key))
    assert outbox.drain(at=NOW, clock=lambda: now[0]) == 3
    assert waited == [timedelta(0)] * 3


def test_two_workers_at_once_deliver_once(own_firm: Any, vendor: Vendor) -> None:
    rows = [vendor.row(str(key)) for key in range(10)]
    calls = [lambda: outbox.drain(at=NOW)] * 2 + [
        lambda: [outbox.deliver(row.pk, at=NOW) for row in rows]
    ] * 2
    answers = at_once(own_firm, *calls)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sorted(vendor.heard) == sorted(row.request_id for row in rows)
    assert set(OutboxRow.objects.filter(kind=vendor.kind).values_list("state", "attempts")) == {
        (State.DONE, 1)
    }


def test_two_operations_at_once_enqueue_once(own_firm: Any, vendor: Vendor) -> None:
    def operation() -> int:
        with transaction.atomic():
            return vendor.row().pk

    assert len(set(at_once(own_firm, operation, operation))) == 1


def test_the_claim_is_committed_before_the_vendor_hears_anything(own_firm: Any, vendor: Vendor) -> None:
    seen: list[Any] = []

    def deliver(row: OutboxRow) -> None:
        assert not connection.in_atomic_block
        seen.extend(at_once(own_firm, lambda: OutboxRow.objects.get(pk=row.pk).state))

    outbox.bind(vendor.kind, deliver=deliver)
    assert vendor.send(vendor.row()).state == State.DONE
    assert seen == [State.SENDING]


def test_waiting_for_its_turn_is_no_failed_try(firm: Any, vendor: Vendor) -> None:
    row, at = vendor.row(), NOW
    vendor.failure = outbox.TryAgainLater("a pause", after=timedelta(minutes=1), is_waiting=True)
    for _ in range(2 * MOST_ATTEMPTS):
        vendor.send(row, at)
        assert (row.state, row.attempts) == (State.QUEUED, 0)
        at = row.not_before
    vendor.failure = None
    assert vendor.send(row, at).state == State.DONE


def test_many_are_written_in_few_statements_and_each_once(
    firm: Any, vendor: Vendor, asked: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    vendor.row("2")
    with CaptureQueriesContext(connection) as one:
        outbox.enqueue_many(vendor.kind, ["1"], at=NOW)
    with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as many:
        made = outbox.enqueue_many(vendor.kind, [str(key) for key in [*range(100), 3]], at=NOW)
    assert len(many) == len(one)
    assert {row.key for row in made} == {str(key) for key in range(100)} - {"1", "2"}
    assert sorted(asked) == sorted(("core.deliver_outbox", row.pk) for row in made)
    assert OutboxRow.objects.filter(kind=vendor.kind).values("request_id").distinct().count() == 100


def test_many_that_are_over_are_queued_again_each_as_a_new_intent(firm: Any, vendor: Vendor) -> None:
    rows = [vendor.send(vendor.row(str(key))) for key in range(5)]
    vendor.failure = outbox.NeedsAttention("closed", fix="Reopen it.")
    rows += [vendor.send(vendor.row("stuck"))]
    waiting = vendor.row("waiting")
    with CaptureQueriesContext(connection) as statements:
        assert outbox.send_all_again(OutboxRow.objects.filter(kind=vendor.kind), at=NOW) == 6
    assert len(statements) == 2
    fresh = {row.pk: row for row in OutboxRow.objects.filter(kind=vendor.kind)}
    assert fresh.pop(waiting.pk).request_id == waiting.request_id
    assert {(row.state, row.generation, row.attempts, row.fix) for row in fresh.values()} == {
        (State.QUEUED, 2, 0, "")
    }
    assert len({row.request_id for row in fresh.values()} | {row.request_id for row in rows}) == 12
