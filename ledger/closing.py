"""Closing the books: nothing is posted on or before the day any more."""

from datetime import date

from django.db import transaction

from core import audit
from core.errors import Refusal
from ledger.access import CLOSE_BOOKS
from ledger.models import LedgerRules
from people.access import require
from people.models import User


class ReasonIsMissing(Refusal):
    """Reopening closed books needs a reason."""

    sentence = "Say why the books are opened again."


def close_through(*, on: date | None, by: User | None, reason: str = "") -> LedgerRules:
    """Closes the books through the day `on`; an earlier day, or None, opens them again and needs a reason.

    Waits for entries under way. Raises NotAllowed, ReasonIsMissing.
    """
    require(by, CLOSE_BOOKS)
    with transaction.atomic():
        rules = LedgerRules.objects.select_for_update().get(pk=1)
        closed = rules.closed_through
        if closed is not None and (on is None or on < closed) and not reason.strip():
            raise ReasonIsMissing(field="reason")
        with audit.acting("ledger.close", by=by, subject=rules, why=reason, through=on):
            rules.closed_through = on
            rules.save(update_fields=["closed_through"])
    return rules
