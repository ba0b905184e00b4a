"""Exactly once outward.

An operation writes a row with `enqueue` in its own transaction. A worker claims the row, commits, calls the vendor
with the row's `request_id` outside any transaction, and records the answer. A delivery that was claimed and never
answered is *unknown*, and is read back before anything is sent again.
"""

import logging
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import transaction
from django.db.models import F, QuerySet

from core import later
from core.models import OutboxRow
from core.transitions import Transitions

logger = logging.getLogger(__name__)

Answer = Mapping[str, Any]
Deliver = Callable[[OutboxRow], Answer | None]
ReadBack = Callable[[OutboxRow], Answer | None]
Clock = Callable[[], datetime]

# A worker that has not answered for so long is taken for dead. Longer than any vendor's time-out.
STALE_AFTER = timedelta(minutes=5)
# How long one worker has a row for reading back.
READ_BACK_LEASE = timedelta(minutes=2)
# The back-off of product.md 4.11, in minutes: up to four hours, then from the start; two rounds, then a person.
BACK_OFF = (4, 8, 16, 32, 64, 128, 240)
MOST_ATTEMPTS = 2 * len(BACK_OFF)

State = OutboxRow.State
moves = Transitions(
    {
        State.QUEUED: {State.SENDING},
        State.SENDING: {State.DONE, State.QUEUED, State.UNKNOWN, State.ATTENTION, State.DEAD},
        State.UNKNOWN: {State.DONE, State.QUEUED, State.ATTENTION, State.DEAD},
        State.ATTENTION: {State.QUEUED, State.DEAD},
        State.DEAD: {State.QUEUED},
        State.DONE: {State.QUEUED},
    }
)


class DeliveryError(Exception):
    """A delivery failed in a way that says what to do next."""


class TryAgainLater(DeliveryError):
    """Certainly not done; worth another try, after `after` or the usual back-off.

    A row that only waits for its turn or for another row (`is_waiting`) has not failed: such tries are not counted,
    however many there are.
    """

    def __init__(
        self, message: str = "", *, after: timedelta | None = None, is_waiting: bool = False
    ) -> None:
        super().__init__(message)
        self.after = after
        self.is_waiting = is_waiting


class NeedsAttention(DeliveryError):
    """Certainly not done, and a person must act first: `fix` says what."""

    def __init__(self, message: str, *, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


class NeverWorks(DeliveryError):
    """Certainly not done, and no repetition will help."""


class Unknown(DeliveryError):
    """Nobody knows whether it was done (time-out, cut-off answer). Read back before sending again."""


@dataclass(frozen=True)
class Route:
    """How one kind of row is delivered, and how to find out whether it was."""

    deliver: Deliver
    read_back: ReadBack | None


_routes: dict[str, Route] = {}


def bind(kind: str, *, deliver: Deliver, read_back: ReadBack | None = None) -> None:
    """`deliver(row)` does it and returns what to keep, or raises one of the four errors.

    `read_back(row)` asks the vendor: what it finds is the answer, None means that it certainly did not happen. A kind
    without it, whose fate is unknown, waits for a person.
    """
    _routes[kind] = Route(deliver, read_back)


def enqueue(
    kind: str, key: str, payload: Mapping[str, Any], *, at: datetime, not_before: datetime | None = None
) -> OutboxRow:
    """Writes the row in the caller's transaction; once for (kind, key): a repetition returns the first row."""
    row, is_new = OutboxRow.objects.get_or_create(
        kind=kind, key=key, defaults={"payload": dict(payload), "not_before": not_before or at}
    )
    if is_new:
        later.after_commit("core.deliver_outbox", row.pk, not_before)
    return row


def enqueue_many(
    kind: str,
    keys: Collection[str],
    *,
    at: datetime,
    payloads: Mapping[str, Mapping[str, Any]] | None = None,
    not_before: Mapping[str, datetime] | None = None,
) -> list[OutboxRow]:
    """Writes a row for each key, in the caller's transaction and in one statement; once for each.

    `payloads` holds what the rows of keys carry, `not_before` when they may go; others carry nothing and go at once.

    Returns the new ones; a key that has a row already keeps it.
    """
    known = set(OutboxRow.objects.filter(kind=kind, key__in=keys).values_list("key", flat=True))
    carried, times = payloads or {}, not_before or {}
    rows = [
        OutboxRow(kind=kind, key=key, not_before=times.get(key, at), payload=dict(carried.get(key, {})))
        for key in dict.fromkeys(keys)
        if key not in known
    ]
    # Somebody else may write the same key in this moment: then theirs counts.
    OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)
    ours = {row.request_id for row in rows}
    stored = OutboxRow.objects.filter(kind=kind, key__in=[row.key for row in rows])
    made = [row for row in stored if row.request_id in ours]
    for row in made:
        later.after_commit("core.deliver_outbox", row.pk, times.get(row.key))
    return made


def send_again(row: OutboxRow, *, at: datetime, payload: Mapping[str, Any] | None = None) -> OutboxRow:
    """Queues a row that is over, for a person who fixed the cause or for a later version of the thing.

    A row that was done, given up or gets a new payload is a new intent: its generation rises and it gets a new
    request id. One that only needed attention keeps its request id. Raises IllegalMove while it is on its way.
    """
    with transaction.atomic():
        row = OutboxRow.objects.select_for_update().get(pk=row.pk)
        is_new_intent = payload is not None or row.state != State.ATTENTION
        moves.move(row, State.QUEUED)
        if is_new_intent:
            row.generation, row.request_id = row.generation + 1, uuid.uuid4()
        if payload is not None:
            row.payload = dict(payload)
        row.not_before, row.attempts, row.last_error, row.fix, row.answer = at, 0, "", "", None
        row.save()
        later.after_commit("core.deliver_outbox", row.pk)
    return row


def send_all_again(rows: QuerySet[OutboxRow], *, at: datetime) -> int:
    """Queues those of the rows that are over, each as a new intent with a request id of its own; returns how many.

    A constant number of statements. The caller has made sure that nothing of them stands there.
    """
    over = rows.filter(state__in=[State.ATTENTION, State.DEAD, State.DONE])
    ids = list(over.order_by("pk").select_for_update().values_list("pk", flat=True))
    OutboxRow.objects.filter(pk__in=ids).update(
        state=State.QUEUED,
        generation=F("generation") + 1,
        request_id=RandomUUID(),
        not_before=at,
        attempts=0,
        last_error="",
        fix="",
        answer=None,
    )
    for row_id in ids:
        later.after_commit("core.deliver_outbox", row_id)
    return len(ids)


def hurry(kinds: Collection[str], *, at: datetime) -> int:
    """What waits for another try goes with the next sweep: its reason to wait is over. Returns how many."""
    waiting = OutboxRow.objects.filter(
        kind__in=kinds, state__in=[State.QUEUED, State.UNKNOWN], not_before__gt=at
    )
    return waiting.update(not_before=at)


def deliver(row_id: int, *, at: datetime) -> OutboxRow | None:
    """Delivers one row if it is due and nobody else has it; None otherwise.

    Call it outside transactions: the claim must be committed before the vendor hears anything.
    """
    claimed = (
        OutboxRow.objects.due(at)
        .filter(pk=row_id)
        .update(state=State.SENDING, claimed_at=at, attempts=F("attempts") + 1)
    )
    if not claimed:
        return None
    row = OutboxRow.objects.get(pk=row_id)
    route = _routes.get(row.kind)
    if route is None:
        return _record(
            row, state=State.ATTENTION, last_error="unknown kind", fix="Update the worker, then try again."
        )
    return _settle(row, route.deliver, at)


def read_back(row_id: int, *, at: datetime) -> OutboxRow | None:
    """Finds out what became of an unknown row: done, or certainly not done and queued again."""
    leased = (
        OutboxRow.objects.unsettled(at)
        .filter(pk=row_id)
        .update(not_before=at + READ_BACK_LEASE, claimed_at=at)
    )
    if not leased:
        return None
    row = OutboxRow.objects.get(pk=row_id)
    route = _routes.get(row.kind)
    if route is None or route.read_back is None:
        return _record(
            row, state=State.ATTENTION, fix="See whether it arrived there; if it did not, try again."
        )
    return _settle(row, route.read_back, at)


def drain(*, at: datetime, limit: int = 100, clock: Clock | None = None) -> int:
    """Gives up on silent workers, reads back what is unknown, delivers what is due. Returns how many rows moved.

    Delivering many rows takes a while: `clock` says when each is claimed, so that one claimed late is not taken for
    silent. Without it all are claimed `at`.
    """
    now = clock or (lambda: at)
    OutboxRow.objects.filter(state=State.SENDING, claimed_at__lt=at - STALE_AFTER).update(
        state=State.UNKNOWN, not_before=at, last_error="The worker stopped before it could note the answer."
    )
    # Of those due at one instant, the one queued first goes first: the customer before its invoices.
    unsettled = OutboxRow.objects.unsettled(at).order_by("not_before", "pk").values_list("pk", flat=True)
    moved = [read_back(row_id, at=now()) for row_id in list(unsettled[:limit])]
    due = OutboxRow.objects.due(at).order_by("not_before", "pk").values_list("pk", flat=True)
    moved += [deliver(row_id, at=now()) for row_id in list(due[:limit])]
    return sum(row is not None for row in moved)


def _settle(row: OutboxRow, call: Deliver, at: datetime) -> OutboxRow | None:
    """Calls out and records what came of it. An error that nobody foresaw leaves the outcome unknown."""
    is_reading = row.state == State.UNKNOWN
    try:
        answer = call(row)
    except TryAgainLater as error:
        return _later(row, error, at)
    except NeedsAttention as error:
        return _record(row, state=State.ATTENTION, last_error=str(error), fix=error.fix)
    except NeverWorks as error:
        return _record(row, state=State.DEAD, last_error=str(error), done_at=at)
    except Exception as error:
        if not isinstance(error, Unknown):
            logger.exception("Delivery %s failed in an unforeseen way", row)
        return (
            _later(row, error, at)
            if is_reading
            else _record(
                row, state=State.UNKNOWN, last_error=str(error), not_before=at + timedelta(seconds=30)
            )
        )
    if is_reading and answer is None:
        return _record(row, state=State.QUEUED, not_before=at)
    return _record(row, state=State.DONE, answer=answer and dict(answer), last_error="", fix="", done_at=at)


def _later(row: OutboxRow, error: Exception, at: datetime) -> OutboxRow | None:
    """Queues it again after a while (an unknown row stays unknown); after two rounds a person must look."""
    is_waiting = getattr(error, "is_waiting", False)
    if row.attempts >= MOST_ATTEMPTS and not is_waiting:
        return _record(
            row, state=State.ATTENTION, last_error=str(error), fix="Look at the cause, then try again."
        )
    after = getattr(error, "after", None) or timedelta(minutes=BACK_OFF[(row.attempts - 1) % len(BACK_OFF)])
    state = State.UNKNOWN if row.state == State.UNKNOWN else State.QUEUED
    # Reading back counts as a try, else a vendor that never answers would be asked for ever. A claim counts already.
    # Taking it back is safe: this worker has the row, and those from before have lower numbers.
    attempts = row.attempts + (state == State.UNKNOWN) - is_waiting
    return _record(row, state=state, last_error=str(error), not_before=at + after, attempts=attempts)


def _record(row: OutboxRow, **values: Any) -> OutboxRow | None:
    """Writes the outcome unless the row went on without this worker meanwhile."""
    recorded = OutboxRow.objects.filter(
        pk=row.pk, attempts=row.attempts, generation=row.generation, state__in=[State.SENDING, State.UNKNOWN]
    ).update(**values)
    if not recorded:
        logger.warning("Delivery %s went on without this worker", row)
        return None
    row.refresh_from_db()
    return row
