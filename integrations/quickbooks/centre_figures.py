"""Key figures of the QuickBooks page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.minutes import format_decimal
from core.money import format_amount
from integrations.models import Connection
from integrations.quickbooks.centre import Board, posted_in_month


def figures(board: Board, connection: Connection, today: date, at: datetime) -> list[dict[str, Any]]:
    """Five figures, each a link to the tab that adds up to it."""
    attention, changed = board.sums("attention"), board.sums("changed")
    posted_count, posted = posted_in_month(connection.account_id, today)
    return [
        _figure(
            "Needs attention",
            len(board.shown["attention"]),
            comes_to(attention),
            "attention",
            "bad",
        ),
        _figure("Pending", len(board.shown["pending"]), comes_to(board.sums("pending")), "pending"),
        _figure(f"Posted in {today:%B}", posted_count, comes_to(posted), "posted"),
        _figure("Changed", len(board.shown["changed"]), comes_to(changed), "changed", "warn"),
        {
            "label": "Lists pulled",
            "value": ago(connection.pulled_at, at),
            "note": "from QuickBooks",
        },
    ]


def _figure(label: str, count: int, note: str, tab: str, kind: str = "") -> dict[str, Any]:
    return {
        "label": label,
        "value": f"{count:,}",
        "note": note,
        "url": f"?tab={tab}",
        "kind": kind if count else "",
    }


def comes_to(sums: dict[str, Any]) -> str:
    """$340,388.75 and 1,012.50 h."""
    parts = [format_amount(amount, currency) for currency, amount in sums["amounts"]]
    if sums["minutes"]:
        parts.append(f"{Decimal(format_decimal(sums['minutes'])):,} h")
    return " and ".join(parts)


def ago(then: datetime | None, at: datetime) -> str:
    """Now, 2 min ago, 3 h ago, 4 days ago; *Never* for what never was."""
    if then is None:
        return "Never"
    minutes = int((at - then).total_seconds() // 60)
    if minutes < 1:
        return "Now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"
