"""Tables for spreadsheets: comma-separated values in which no text is taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from core.money import format_number

# A cell that begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def text_cell(words: str) -> str:
    """What somebody wrote, as text."""
    return f"'{words}" if words.startswith(FORMULA) else words


def number_cell(number: Decimal, decimals: int) -> str:
    """Without grouping and with a point, so that programs read it; rounded half-up to so many decimals."""
    return format_number(number, decimals, "en_US").replace(",", "")


def comma_separated(head: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """The table in UTF-8, with the mark without which spreadsheets do not read it as such."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(head)
    table.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
