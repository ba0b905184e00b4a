"""Key figures and sums of the list of work to bill."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.unbilled import Ready
from core.minutes import format_decimal
from core.money import ZERO, format_amount, percent_of

# What the list may be grouped by: the words of the choice, and what a row stands under.
GROUPS: Mapping[str, tuple[str, Callable[[Ready], str]]] = {
    "client": ("client", lambda row: row.project.client.name),
    "lead": ("project lead", lambda row: row.project.lead.name if row.project.lead else "No lead"),
    "method": ("method", lambda row: ", ".join(row.method_names)),
    "currency": ("currency", lambda row: row.currency),
    "cycle": ("billing cycle", lambda row: row.cycle_words),
}


@dataclass(frozen=True)
class Heading:
    """Rows under one heading: how many, and what is ready of them in each currency."""

    name: str
    count: int
    sums: dict[str, Decimal]


@dataclass(frozen=True)
class Shown:
    """A row of the list, and the heading that begins with it."""

    row: Ready
    heading: Heading | None = None


def filtered(rows: Sequence[Ready], wanted: dict[str, Any]) -> list[Ready]:
    """The rows of one client, lead, method, currency or billing cycle, with old work, or on hold."""
    return [
        row
        for row in rows
        if (not wanted["client"] or row.project.client_id == wanted["client"].pk)
        and (not wanted["lead"] or row.project.lead_id == wanted["lead"].pk)
        and (not wanted["method"] or wanted["method"] in row.method_names)
        and (not wanted["currency"] or row.currency == wanted["currency"])
        and (not wanted["cycle"] or row.cycle_words == wanted["cycle"])
        and (not wanted["old"] or row.old_amount > 0)
        and (not wanted["held"] or row.hold or row.held_minutes)
    ]


def grouped(rows: Sequence[Ready], by: str) -> list[Shown]:
    """The rows under headings by name; as they are where nothing is chosen."""
    if by not in GROUPS:
        return [Shown(row) for row in rows]
    name_of = GROUPS[by][1]
    under: dict[str, list[Ready]] = {}
    for row in rows:
        under.setdefault(name_of(row), []).append(row)
    found: list[Shown] = []
    for name, mine in sorted(under.items()):
        heading = Heading(name, len(mine), by_currency(mine, lambda row: row.amount))
        found += [Shown(row, None if place else heading) for place, row in enumerate(mine)]
    return found


def choices(rows: Sequence[Ready], by: str) -> list[str]:
    """What the filter of methods, currencies or billing cycles offers: what there is in the list."""
    if by == "method":
        return sorted({name for row in rows for name in row.method_names})
    return sorted({GROUPS[by][1](row) for row in rows})


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
    held = by_currency(rows, lambda row: row.held_amount)
    held_count = sum(1 for row in rows if row.hold or row.held_minutes)
    draft_count = sum(len(row.drafts) for row in rows)
    found = [
        _figure("Ready to bill", ready, _many(sum(1 for row in rows if row.can_be_drafted), "project"), here),
        _figure("Older than 60 days", old, f"{share} %, oldest {oldest} days", f"{here}&old=on"),
        _figure("On draft", drafts, _many(draft_count, "draft"), f"{reverse('billing:invoices')}?tab=drafts"),
        _figure("On hold", held, _many(held_count, "project"), f"{here}&held=on"),
        _figure("Not approved yet", waiting, f"{format_decimal(waiting_minutes)} h", ""),
    ]
    found[1]["kind"] = "warn" if old else ""
    if unrated:
        url = f"{reverse('billing:unrated')}?through={through.isoformat()}"
        note = "Not billed without one"
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
