"""Rating work that was saved before there was a rate for it. Work that has a rate keeps it."""

from collections.abc import Iterable

from django.db import connection, transaction

from billing import billable
from billing.access import DRAFT_INVOICES
from core import audit
from core.promises import promises
from people.access import require
from people.models import User
from projects.rates import resolve_rates
from timesheets.models import TimeEntry
from timesheets.setting_rates import key_of

WRITE = """
UPDATE timesheets_timeentry entry
SET rate_amount = found.amount, rate_currency = found.currency, rate_rule_id = found.rule_id,
    rate_source = found.source, rate_minutes = found.minutes, version = entry.version + 1
FROM unnest(%s::bigint[], %s::numeric[], %s::text[], %s::bigint[], %s::text[], %s::smallint[])
    AS found (id, amount, currency, rule_id, source, minutes)
WHERE entry.id = found.id
"""


def rate_unrated(*, entry_ids: Iterable[int], by: User | None) -> int:
    """Looks for the rates of unbilled, unrated entries anew; returns how many found one.

    The rate of the day of the work applies, as if the entry were saved now. The same few statements for any number of
    entries. Raises NotAllowed.
    """
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic(), audit.acting("time.rate", by=by):
        unrated = billable.unbilled(TimeEntry.objects.filter(pk__in=list(entry_ids)))
        ids = billable.lock(unrated.exclude(billable.rated()))
        entries = list(TimeEntry.objects.filter(pk__in=ids).select_related("staff", "project__client"))
        rates = resolve_rates([key_of(entry) for entry in entries])
        found = [
            (entry.pk, rate.amount, rate.currency, rate.rule_id, rate.source, rate.minutes)
            for entry, rate in zip(entries, rates, strict=True)
            if rate.amount is not None
        ]
        if found:
            with connection.cursor() as cursor:
                cursor.execute(WRITE, [list(column) for column in zip(*found, strict=True)])
    return len(found)
