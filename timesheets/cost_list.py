"""Cost rates as their page shows them."""

from dataclasses import dataclass
from datetime import date

from people.models import User
from projects.cards import NOW, PAST, UPCOMING
from projects.costs import cost_words, costs_visible_to
from projects.models import CostRate


@dataclass(frozen=True)
class CostRow:
    """One rate, and whether it applies on the day, later, or no more."""

    rate: CostRate
    standing: str


@dataclass(frozen=True)
class CostGroup:
    """The rates for the same people and work, the latest first."""

    words: str
    rows: list[CostRow]


def cost_list(by: User, on: date) -> list[CostGroup]:
    """The rates that the person may see by whom and what they are for; the firm's default last. One statement."""
    rates = costs_visible_to(by).select_related("staff", "project", "task", "labor_code")
    groups: dict[tuple[bool, str], list[CostRow]] = {}
    for rate in sorted(rates, key=lambda each: each.starts_on, reverse=True):
        words = cost_words(rate)
        is_default = not (rate.staff_id or rate.project_id or rate.task_id or rate.labor_code_id)
        groups.setdefault((is_default, words), []).append(CostRow(rate, _standing(rate, on)))
    return [CostGroup(words, rows) for (_, words), rows in sorted(groups.items())]


def _standing(rate: CostRate, on: date) -> str:
    if rate.starts_on > on:
        return UPCOMING
    return NOW if rate.ends_on is None or on <= rate.ends_on else PAST
