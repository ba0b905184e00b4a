"""How often a vendor's account may be called: one row for each account, shared by all workers."""

from datetime import datetime, timedelta

from django.db import transaction

from core.errors import Refusal
from integrations.models import CallBucket

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
# A clock that goes back by more than the machines differ begins new windows, else nobody could call for that long.
BACKWARDS = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=15)


class Throttled(Refusal):
    """The allowance is used up: nothing was done, and the next call may go out `after` (a timedelta)."""

    status = 429
    sentence = "So much was asked for at once that there is a pause now. Try again in a minute."

    def __init__(self, after: timedelta) -> None:
        super().__init__(after=after)
        self.after = after


def take(provider: str, account_id: str, at: datetime, per_minute: int, per_second: int) -> None:
    """Counts one call. Raises Throttled while the account is paused or its minute or second is full.

    The row is locked for this transaction only: call it outside of others, else they wait for each other.
    Windows do not slide, so an account whose limit slides needs half of it here.
    """
    with transaction.atomic():
        bucket = _locked(provider, account_id, at)
        if bucket.paused_until is not None and at < bucket.paused_until <= at + LONGEST_PAUSE:
            raise Throttled(bucket.paused_until - at)
        if not bucket.minute_started_at - BACKWARDS <= at < bucket.minute_started_at + MINUTE:
            bucket.minute_started_at, bucket.calls_in_minute = at, 0
        if not bucket.second_started_at - BACKWARDS <= at < bucket.second_started_at + SECOND:
            bucket.second_started_at, bucket.calls_in_second = at, 0
        if bucket.calls_in_minute >= per_minute:
            raise Throttled(bucket.minute_started_at + MINUTE - at)
        if bucket.calls_in_second >= per_second:
            raise Throttled(bucket.second_started_at + SECOND - at)
        bucket.calls_in_minute += 1
        bucket.calls_in_second += 1
        bucket.save()


def pause(provider: str, account_id: str, *, until: datetime, at: datetime) -> None:
    """The vendor said to wait: no worker calls before `until`. A pause never gets shorter."""
    with transaction.atomic():
        bucket = _locked(provider, account_id, at)
        if bucket.paused_until is None or not at < bucket.paused_until <= at + LONGEST_PAUSE:
            bucket.paused_until = until
        bucket.paused_until = max(bucket.paused_until, until)
        bucket.save(update_fields=["paused_until"])


def _locked(provider: str, account_id: str, at: datetime) -> CallBucket:
    mine = CallBucket.objects.select_for_update().filter(provider=provider, account_id=account_id)
    found = mine.first()
    if found is not None:
        return found
    CallBucket.objects.get_or_create(
        provider=provider, account_id=account_id, defaults={"minute_started_at": at, "second_started_at": at}
    )
    return mine.get()
