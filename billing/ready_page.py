"""Key figures and sums of the list of work to bill."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.unbilled import Ready
from core.minutes import format_decimal
from core.money import ZERO, format_amount, percent_of


def filtered(rows: Sequence[Ready], wanted: dict[str, Any]) -> list[Ready]:
    """The rows of one client, one lead, or with work older than 60 days."""
    return [
        row
        for row in rows
        if (not wanted["client"] or row.project.client_id == wanted["client"].pk)
        and (not wanted["lead"] or row.project.lead_id == wanted["lead"].pk)
        and (not wanted["old"] or row.old_amount > 0)
    ]


def by_currency(rows: Sequence[Ready], amount: Callable[[Ready], Decimal]) -> dict[str, Decimal]:
    """Sums of each currency, the largest first."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        if value := amount(row):
            sums[row.currency] = sums.get(row.currency, ZERO) + value
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def totals(rows: Sequence[Ready]) -> list[tuple[str, Decimal, Decimal]]:
    """Ready and on draft, for each currency."""
    ready = by_currency(rows, lambda row: row.amount)
    drafts = by_currency(rows, lambda row: row.draft_amount)
    return [(code, ready.get(code, ZERO), drafts.get(code, ZERO)) for code in {**ready, **drafts}]


def figures(rows: Sequence[Ready], through: date) -> list[dict[str, Any]]:
    """Ready, old, on draft, not approved, without a rate."""
    here = f"{reverse('billing:ready')}?through={through.isoformat()}"
    ready, old = by_currency(rows, lambda row: row.amount), by_currency(rows, lambda row: row.old_amount)
    drafts = by_currency(rows, lambda row: row.draft_amount)
    waiting = by_currency(rows, lambda row: row.waiting_amount)
    unrated = sum(row.unrated_minutes for row in rows)
    waiting_minutes = sum(row.waiting_minutes for row in rows)
    main = next(iter(ready), "USD")
    share = percent_of(old.get(main, ZERO), ready.get(main, ZERO))
    oldest = max((row.oldest_days for row in rows), default=0)
    draft_count = sum(len(row.drafts) for row in rows)
    found = [
        _figure("Ready to bill", ready, _many(sum(1 for row in rows if row.can_be_drafted), "project"), here),
        _figure("Older than 60 days", old, f"{share} %, oldest {oldest} days", f"{here}&old=on"),
        _figure("On draft", drafts, _many(draft_count, "draft"), f"{reverse('billing:invoices')}?tab=drafts"),
        _figure("Not approved yet", waiting, f"{format_decimal(waiting_minutes)} h", ""),
    ]
    found[1]["kind"] = "warn" if old else ""
    if unrated:
        url = f"{reverse('billing:unrated')}?through={through.isoformat()}"
        note = "Never billed until they have one"
        found.append(
            {
                "label": "No rate",
                "value": format_decimal(unrated),
                "unit": "h",
                "note": note,
                "url": url,
                "kind": "warn",
            }
        )
    return found


def _figure(label: str, sums: dict[str, Decimal], note: str, url: str) -> dict[str, Any]:
    main, *others = sums.items() or [("USD", ZERO)]
    more = "".join(f", and {format_amount(amount, code)}" for code, amount in others)
    return {
        "label": label,
        "value": format_amount(main[1], main[0]),
        "note": note + more,
        "url": url,
        "kind": "",
    }


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
