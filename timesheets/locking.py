"""Locking days: no line up to that day can be added, changed or removed. Its approval goes on."""

from datetime import date

from django.db import connection, transaction

from core import audit
from core.errors import Refusal
from people.access import require
from people.models import User
from timesheets.access import LOCK_TIME
from timesheets.models import TimeRules


class ReasonIsMissing(Refusal):
    """Opening locked days needs a reason."""

    sentence = "Say why locked days are opened again."


def lock_through(*, on: date | None, by: User | None, reason: str = "") -> TimeRules:
    """Locks all days up to and including `on`; None or an earlier day opens days again and needs a reason.

    Waits for lines that are being written, and they wait for this, so that none slips in. Raises NotAllowed,
    ReasonIsMissing.
    """
    require(by, LOCK_TIME)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(timesheets_lock_key())")
        rules = TimeRules.objects.select_for_update().get(pk=1)
        locked = rules.locked_through
        if locked is not None and (on is None or on < locked) and not reason.strip():
            raise ReasonIsMissing(field="reason")
        audit.acting("time.lock", by=by, subject=rules, why=reason.strip(), locked_through=on)
        rules.locked_through = on
        rules.save(update_fields=["locked_through"])
    return rules
