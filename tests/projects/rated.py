"""Rates for tests: rules of cards, and the days they are asked for."""

from datetime import date
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from projects.models import RateCard, RateRule
from projects.rates import RateKey

DAY = date(2026, 11, 25)
SATURDAY = date(2026, 11, 28)
YEAR = DateRange(date(2026, 1, 1), date(2027, 1, 1))


def add_rule(card: RateCard, named: tuple[str, ...], key: RateKey, amount: int | str) -> RateRule:
    return RateRule.objects.create(
        card=card,
        rate_amount=Decimal(amount),
        effective=YEAR,
        **{f"{name}_id": getattr(key, f"{name}_id") for name in named},
    )
