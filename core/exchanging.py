"""Writing exchange rates. Rooms above ask who may; each write is audited with its source."""

from collections.abc import Sequence

from django.db import connection, transaction

from core import audit
from core.actors import Actor, actor_name
from core.exchange import Row, check_pair, check_rate
from core.models import ExchangeRate
from core.promises import promises

# Two files at once, each with rows of the other, must not wait for each other in a circle.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':core_exchange_rates', 0))"


def set_rates(*, rows: Sequence[Row], source: str, by: Actor | None) -> int:
    """Stores the rates; one that is there for the same pair and day is replaced. Returns how many.

    A constant number of statements for each thousand. Raises NotRates.
    """
    for row in rows:
        check_pair(row.base, row.quote)
        check_rate(row.rate)
    with promises(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        audit.acting("exchange.set", by=by, source=source, count=len(rows))
        ExchangeRate.objects.bulk_create(
            [
                ExchangeRate(
                    base=row.base,
                    quote=row.quote,
                    on=row.on,
                    rate=row.rate,
                    source=source[:120],
                    entered_by_name=actor_name(by),
                )
                for row in rows
            ],
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["base", "quote", "on"],
            update_fields=["rate", "source", "entered_by_name"],
        )
    return len(rows)


def remove_rate(*, rate: ExchangeRate, by: Actor | None) -> None:
    """Removes one rate, such as one typed by mistake. Lines that used it keep what they were counted with."""
    with transaction.atomic():
        audit.acting("exchange.remove", by=by, subject=rate, rate=rate.rate)
        rate.delete()
