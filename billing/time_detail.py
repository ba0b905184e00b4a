"""The time behind an invoice as a table for the client's own sums: CSV from the frozen content."""

from typing import Any

from django.utils.translation import gettext

from billing.documents import Content
from core.minutes import hours
from core.spreadsheets import comma_separated, number_cell, text_cell


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
    rows: list[list[Any]] = []
    for section in sections:
        line = ", ".join(part for part in (section["group"], section["description"]) if part)
        for entry in section["entries"]:
            cells = [entry["day"], *([entry["person"]] if shows_people else []), line, entry["note"]]
            cells += [
                number_cell(hours(entry["minutes"]), 2),
                *([entry["rate"] or ""] if shows_rates else []),
            ]
            rows.append([*map(text_cell, cells), entry["amount"]])
    return comma_separated(heads, rows)
