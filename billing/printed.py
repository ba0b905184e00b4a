"""What of an invoice's content its client sees: the detail that was chosen, without what is hidden.

The content itself stays whole, so that accounting and the books have every line.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from billing.models import Invoice
from core.locales import locale_of

Detail = Invoice.Detail


def printed(content: dict[str, Any]) -> dict[str, Any]:
    """The content as it is printed. Content from before there was a choice is printed as it is."""
    hides = content.get("hides", ())
    groups, sections = content["groups"], content["appendix"]
    if "zero" in hides:
        gone = {line["line_id"] for group in groups for line in group["lines"] if not Decimal(line["amount"])}
        groups = [{**group, "lines": _others(group["lines"], gone)} for group in groups]
        groups = [group for group in groups if group["lines"]]
        sections = [section for section in sections if section.get("line_id") not in gone]
    detail = content.get("detail", Detail.APPENDIX)
    if detail == Detail.SUMMARY:
        groups = _one_line(content)
    elif detail == Detail.HEADINGS:
        groups = [_heading(group) for group in groups]
    elif detail == Detail.ENTRIES:
        groups = _entries(groups, sections, content["language"])
    if detail != Detail.APPENDIX:
        sections = []
    if "rates" in hides:
        groups = [{**group, "lines": [_without_rate(line) for line in group["lines"]]} for group in groups]
        sections = [
            {**section, "entries": [_without_rate(entry) for entry in section["entries"]]}
            for section in sections
        ]
    if "rates" in hides or "names" in hides:
        # Where a rate comes from names it, and perhaps whose it is.
        sections = [
            {**section, "entries": [{**entry, "rate_source": ""} for entry in section["entries"]]}
            for section in sections
        ]
    shown = {**content, "groups": groups, "appendix": sections}
    if "names" in hides and "expense_appendix" in content:
        shown["expense_appendix"] = [
            {**section, "expenses": [{**row, "person": ""} for row in section["expenses"]]}
            for section in content["expense_appendix"]
        ]
    return shown


def _others(lines: list[dict[str, Any]], gone: set[int]) -> list[dict[str, Any]]:
    return [line for line in lines if line["line_id"] not in gone]


def _without_rate(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "rate": None}


def _one_line(content: dict[str, Any]) -> list[dict[str, Any]]:
    line = {"line_id": 0, "description": content["title"], "minutes": None, "rate": None}
    line["amount"] = content["subtotal"]
    return [{"name": "", "amount": content["subtotal"], "lines": [line]}]


def _heading(group: dict[str, Any]) -> dict[str, Any]:
    if not group["name"]:
        return group
    minutes = [line["minutes"] for line in group["lines"] if "unit_minutes" not in line]
    line = {
        "line_id": group["lines"][0]["line_id"],
        "description": group["name"],
        "minutes": sum(minutes) if minutes and None not in minutes else None,
        "rate": None,
        "amount": group["amount"],
    }
    return {**group, "name": "", "lines": [line]}


def _entries(
    groups: list[dict[str, Any]], sections: list[dict[str, Any]], language: str
) -> list[dict[str, Any]]:
    behind = {section["line_id"]: section for section in sections}
    return [
        {
            **group,
            "lines": [
                each
                for line in group["lines"]
                for each in (
                    _lines_of(line, behind[line["line_id"]], language)
                    if line["line_id"] in behind
                    else [line]
                )
            ],
        }
        for group in groups
    ]


def _lines_of(line: dict[str, Any], section: dict[str, Any], language: str) -> list[dict[str, Any]]:
    unit = {"unit_minutes": section["unit_minutes"]} if "unit_minutes" in section else {}
    return [
        {
            "line_id": line["line_id"],
            "description": " · ".join(
                filter(
                    None,
                    [_day(entry["day"], language), entry["person"], entry["note"] or line["description"]],
                )
            ),
            "minutes": entry["minutes"],
            "rate": entry["rate"],
            "amount": entry["amount"],
            **unit,
        }
        for entry in section["entries"]
    ]


def _day(text: str, language: str) -> str:
    return format_date(date.fromisoformat(text), "medium", locale=locale_of(language))
