"""Numbers of invoices: without gaps, never given twice, taken last."""

import re
from datetime import date

from django.db import connection, transaction
from django.db.models import Subquery
from django.db.models.functions import JSONObject

from billing.models import BillingRules, EntityNumbers, NumberSeries
from people.models import LegalEntity

# Where the firm keeps the prefix of each series.
PREFIXES = {
    NumberSeries.Series.INVOICE: "number_prefix",
    NumberSeries.Series.CREDIT: "credit_prefix",
    NumberSeries.Series.RETAINER: "retainer_prefix",
}

NUMBER_FIELDS = (*PREFIXES.values(), "number_pattern")

PLACE = re.compile(r"\{(prefix|year|yy|month|number)\}")

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
    written = how_written(entity)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("take_number belongs inside the issuing transaction")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [entity.pk, series, on.year])
        (number,) = cursor.fetchone()
    return format_number(
        written["number_pattern"],
        prefix=written[PREFIXES[NumberSeries.Series(series)]],
        on=on,
        number=number,
    )


def how_written(entity: LegalEntity) -> dict[str, str]:
    """Prefixes and pattern (NUMBER_FIELDS) of an entity: its own, else the firm's. One statement."""
    own = EntityNumbers.objects.filter(entity=entity.pk).values(
        written=JSONObject(**{name: name for name in NUMBER_FIELDS})
    )
    rules = BillingRules.objects.annotate(own_numbers=Subquery(own)).get(pk=1)
    return rules.own_numbers or {name: getattr(rules, name) for name in NUMBER_FIELDS}


def format_number(pattern: str, *, prefix: str, on: date, number: int) -> str:
    """The pattern with its places filled: {prefix}, {year}, {yy}, {month}, {number} with at least four digits."""
    filled = {
        "prefix": prefix,
        "year": f"{on.year}",
        "yy": f"{on.year % 100:02d}",
        "month": f"{on.month:02d}",
        "number": f"{number:04d}",
    }
    return PLACE.sub(lambda match: filled[match[1]], pattern)


def why_not_a_pattern(pattern: str) -> str:
    """What is wrong with a pattern, in words; empty when nothing is. Numbers of kinds and years must differ."""
    rest = PLACE.sub("", pattern)
    if not re.fullmatch(r"[A-Za-z0-9/._-]*", rest):
        return "Use letters, digits, - / . _ and {prefix}, {year}, {yy}, {month}, {number}."
    places = PLACE.findall(pattern)
    if places.count("number") != 1 or places.count("prefix") != 1 or not {"year", "yy"} & set(places):
        return "A pattern needs {prefix}, {number} and {year} or {yy}: counters begin anew each year."
    return ""
