"""Rounding in the database, for sums over many rows: the twin of `core.money`."""

from typing import Any

from django.db.models import Case, DecimalField, IntegerField, When
from django.db.models.functions import Round

from core.money import NO_PLACES, THREE_PLACES

WIDE = DecimalField(max_digits=20, decimal_places=4)


def rounded(exact: Any, currency: str) -> Round:
    """An expression rounded half-up (away from zero) to the places of the currency that the field `currency` holds."""
    digits = Case(
        When(**{f"{currency}__in": NO_PLACES}, then=0),
        When(**{f"{currency}__in": THREE_PLACES}, then=3),
        default=2,
        output_field=IntegerField(),
    )
    return Round(exact, precision=digits, output_field=WIDE)  # type: ignore[arg-type]
