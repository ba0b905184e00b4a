"""Numbers of invoices: without gaps, never given twice, taken last."""

from datetime import date

from django.db import connection, transaction

from billing.models import BillingRules, NumberSeries
from people.models import LegalEntity

# Where the firm keeps the prefix of each series.
PREFIXES = {
    NumberSeries.Series.INVOICE: "number_prefix",
    NumberSeries.Series.CREDIT: "credit_prefix",
    NumberSeries.Series.RETAINER: "retainer_prefix",
}

# The counter's row stays locked until the issuing transaction ends, so the next number waits for this one's fate.
_TAKE = """
    INSERT INTO billing_numberseries (entity_id, series, year, last_number) VALUES (%s, %s, %s, 1)
    ON CONFLICT (entity_id, series, year) DO UPDATE SET last_number = billing_numberseries.last_number + 1
    RETURNING last_number
"""


def take_number(*, entity: LegalEntity, on: date, series: str = NumberSeries.Series.INVOICE) -> str:
    """The next number of the entity for the year of `on`: HM-2026-0418. The counter stays locked until the commit.

    Call it last, after all checks: whoever waits for the lock waits for the whole rest of the transaction, and a
    rollback gives the number back.
    """
    prefix = BillingRules.objects.values_list(PREFIXES[NumberSeries.Series(series)], flat=True).get(pk=1)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("take_number belongs inside the issuing transaction")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [entity.pk, series, on.year])
        (number,) = cursor.fetchone()
    return f"{prefix}-{on.year}-{number:04d}"
