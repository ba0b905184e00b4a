"""A document that nobody was sent: what templates show where the firm has no drafts yet."""

from datetime import date, timedelta
from typing import Any

from billing.documents import LAYOUT, Content, firm_content
from people.models import LegalEntity

# Group, then description, minutes, rate and amount of its lines. They add up to 4,370.00.
LINES: list[tuple[str, list[tuple[str, int, str, str]]]] = [
    (
        "Hydraulic design",
        [("Principal engineer", 480, "240", "1920"), ("Senior engineer", 600, "190", "1900")],
    ),
    ("Survey", [("Field technician", 300, "110", "550")]),
]
RATE_SOURCE = "Card “Standard”, role Principal engineer, since 1 Jan 2026"


def sample_content(entity: LegalEntity, *, on: date) -> Content:
    """A short invoice of this company of 4,370.00 and 7.25 % tax, 4,686.83, with an appendix. No statements."""
    first, last = on.replace(day=1), on
    return {
        "layout": LAYOUT,
        "number": "",
        "issued_on": on.isoformat(),
        "due_on": (on + timedelta(days=30)).isoformat(),
        "terms": "Net 30",
        "po_number": "PO-0417",
        "currency": entity.currency,
        "language": "en-us",
        "title": "Larkspur Water Main Renewal",
        "period": [first.isoformat(), last.isoformat()],
        "message": "Thank you for your business.",
        "firm": firm_content(entity),
        "client": {
            "name": "City of Larkspur Public Works",
            "address": "400 Magnolia Avenue\nLarkspur, CA 94939",
            "tax_number": "",
        },
        "groups": [_group(name, lines) for name, lines in LINES],
        "subtotal": "4370",
        "taxes": [{"name": "Sales tax", "rate_percent": "7.25", "base": "4370", "amount": "316.83"}],
        "total": "4686.83",
        "appendix": [_section(last)],
    }


def _group(name: str, lines: list[tuple[str, int, str, str]]) -> dict[str, Any]:
    return {
        "name": name,
        "amount": {"Hydraulic design": "3820", "Survey": "550"}[name],
        "lines": [
            {"line_id": 0, "description": words, "minutes": minutes, "rate": rate, "amount": amount}
            for words, minutes, rate, amount in lines
        ],
    }


def _section(last: date) -> dict[str, Any]:
    """What stands behind the first line: two days of four hours each."""
    return {
        "group": "Hydraulic design",
        "description": "Principal engineer",
        "minutes": 480,
        "amount": "1920",
        "entries": [
            {
                "day": last.isoformat(),
                "person": "Mara Voss",
                "note": note,
                "minutes": 240,
                "rate": "240",
                "rate_source": RATE_SOURCE,
                "amount": "960",
            }
            for note in ("Pressure zone model, boundary conditions", "Fire flow at the reservoir")
        ],
    }
