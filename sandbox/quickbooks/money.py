"""Amounts as the vendor keeps them: two decimals, half up; quantities and prices with up to seven."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT, SEVENTH = Decimal("0.01"), Decimal("0.0000001")


def number(value: object) -> Decimal:
    """A number of a record as Decimal; nothing is 0."""
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def cents(value: Decimal) -> Decimal:
    """Rounded half up to two decimals."""
    return value.quantize(CENT, ROUND_HALF_UP)


def seven(value: Decimal) -> Decimal:
    """Rounded half up to seven decimals."""
    return value.quantize(SEVENTH, ROUND_HALF_UP)


def plain(value: Any) -> Any:
    """The same with every Decimal as a JSON number: whole ones as int, others as the nearest float."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value
