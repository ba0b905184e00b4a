"""The time behind an invoice as a table for the client's own sums: CSV from the frozen content."""

import csv
from io import StringIO

from django.utils.translation import gettext

from billing.documents import Content
from core.minutes import hours
from core.money import format_number

# Spreadsheets take a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def time_detail(content: Content) -> bytes:
    """One row for each entry of the appendix; empty where the document has none. UTF-8 with a mark for spreadsheets.

    The client's language must be active. Hours have two decimals, amounts are as they stand in the document, without
    grouping, so that programs read them.
    """
    sections = content["appendix"]
    if not sections:
        return b""
    hidden = (content.get("design") or {}).get("hides", ())
    shows_people, shows_rates = "people" not in hidden, "rates" not in hidden
    heads = [
        gettext("Date"),
        *([gettext("Person")] if shows_people else []),
        gettext("Line"),
        gettext("Work"),
    ]
    heads += [gettext("Hours"), *([gettext("Rate")] if shows_rates else []), gettext("Amount")]
    text = StringIO()
    table = csv.writer(text)
    table.writerow(heads)
    for section in sections:
        line = ", ".join(part for part in (section["group"], section["description"]) if part)
        for entry in section["entries"]:
            cells = [entry["day"], *([entry["person"]] if shows_people else []), line, entry["note"]]
            spent = hours(entry["minutes"])
            cells += [
                format_number(spent, 2, "en_US").replace(",", ""),
                *([entry["rate"] or ""] if shows_rates else []),
            ]
            table.writerow([*map(_plain, cells), entry["amount"]])
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
