"""Locking days: no line up to that day can be added, changed or removed. Its approval goes on.

Two locks, and the later day counts: one by hand, and one that follows by itself so many days after a period ends.
"""

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from core import audit
from core.errors import Refusal
from core.periods import ONE_DAY
from people.access import require
from people.models import User
from timesheets.access import LOCK_TIME
from timesheets.models import TimeRules
from timesheets.periods import period_of

LOCKS = ["locked_through", "locked_by_hand_through", "locked_by_grace_through"]


class ReasonIsMissing(Refusal):
    """Opening locked days needs a reason."""

    sentence = "Say why locked days are opened again."


class LockIsComputed(Refusal):
    """These days are locked by the grace days of the firm's rules, not by hand."""

    sentence = (
        "Days through {day} are locked {grace} days after their period ends. Give more grace days in the rules of "
        "time, or let somebody enter there who may enter in closed periods."
    )


def lock_through(*, on: date | None, by: User | None, reason: str = "") -> TimeRules:
    """Locks all days up to and including `on`; None or an earlier day opens days again and needs a reason.

    Waits for lines that are being written, and they wait for this, so that none slips in. What the grace days lock
    stays locked. Raises NotAllowed, ReasonIsMissing, LockIsComputed.
    """
    require(by, LOCK_TIME)
    with transaction.atomic():
        rules = rules_for_locking()
        locked, computed = rules.locked_through, rules.locked_by_grace_through
        is_new = on != rules.locked_by_hand_through
        if computed is not None and (on is None or on < computed) and is_new:
            raise LockIsComputed(
                day=f"{computed:%a} {computed.day} {computed:%b}",
                grace=rules.grace_days,
                field="locked_through",
            )
        rules.locked_by_hand_through = on
        put_lock(rules)
        opens = locked is not None and (rules.locked_through is None or rules.locked_through < locked)
        if opens and not reason.strip():
            raise ReasonIsMissing(field="reason")
        audit.acting("time.lock", by=by, subject=rules, why=reason.strip(), locked_through=on)
        rules.save(update_fields=LOCKS)
    return rules


def advance_lock(*, on: date, at: datetime) -> date | None:
    """Locks the periods whose grace days are over on that day; returns through which day time is locked now.

    Runs as often as it likes: without a change it writes nothing and waits for nobody. The lock by hand stays.
    """
    rules = TimeRules.objects.get(pk=1)
    if grace_lock(rules, on) == rules.locked_by_grace_through:
        return rules.locked_through
    with transaction.atomic():
        rules = rules_for_locking()
        if grace_lock(rules, on) == rules.locked_by_grace_through:
            return rules.locked_through  # another one was faster
        rules.locked_by_grace_through = grace_lock(rules, on)
        put_lock(rules)
        audit.acting("time.advance_lock", by=None, subject=rules, locked_through=rules.locked_through, at=at)
        rules.save(update_fields=LOCKS)
    return rules.locked_through


def rules_for_locking() -> TimeRules:
    """The rules under lock, when nobody is writing time any more and nobody begins to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(timesheets_lock_key())")
    return TimeRules.objects.select_for_update().get(pk=1)


def grace_lock(rules: TimeRules, on: date) -> date | None:
    """The last day of the latest period that ended more than the grace days before `on`; None without grace days."""
    if rules.grace_days is None:
        return None
    return period_of(rules, on - timedelta(days=rules.grace_days)).first - ONE_DAY


def put_lock(rules: TimeRules) -> None:
    """The later of the two locks counts. Unsaved."""
    locks = [day for day in (rules.locked_by_hand_through, rules.locked_by_grace_through) if day]
    rules.locked_through = max(locks, default=None)
