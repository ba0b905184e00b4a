"""Rate cards as their pages show them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from people.models import User
from projects.access import cards_visible_to
from projects.models import RateCard, RateRule
from projects.rates import rule_words

UPCOMING, NOW, PAST = "upcoming", "now", "past"


@dataclass(frozen=True)
class RateRow:
    """One rate: for whom and what in words, and whether it applies on the day, later, or no more."""

    rule: RateRule
    words: str
    standing: str


@dataclass(frozen=True)
class RateGroup:
    """The rates for the same people and work, the latest first."""

    words: str
    rows: list[RateRow]


def card_list(by: User, on: date) -> list[Any]:
    """The cards that the person may see, the firm's first, with `rates_now` and `rates_later`. One statement."""
    now = Count("rules", filter=Q(rules__effective__contains=on))
    later = Count("rules", filter=Q(rules__effective__startswith__gt=on))
    cards = cards_visible_to(by).select_related("client", "project__client")
    order = {RateCard.Scope.FIRM: 0, RateCard.Scope.CLIENT: 1, RateCard.Scope.PROJECT: 2}
    found = cards.annotate(rates_now=now, rates_later=later)
    return sorted(found, key=lambda card: (order[RateCard.Scope(card.scope)], card.name.casefold()))


def card_rates(card: RateCard, on: date) -> list[RateGroup]:
    """The card's rates by whom and what they are for, the most specific first. One statement."""
    rules = RateRule.objects.filter(card=card).select_related("staff", "job_title", "task", "labor_code")
    groups: dict[tuple[bool | str, ...], list[RateRow]] = {}
    for rule in sorted(rules, key=lambda each: each.effective.lower, reverse=True):
        row = RateRow(rule, words_of(rule), _standing(rule, on))
        named = (rule.staff_id, rule.task_id, rule.labor_code_id, rule.job_title_id)
        groups.setdefault((*(part is None for part in named), row.words), []).append(row)
    return [RateGroup(rows[0].words, rows) for _, rows in sorted(groups.items())]


def words_of(rule: RateRule) -> str:
    """For whom and what a rate is."""
    words = rule_words(
        staff=rule.staff.name if rule.staff else None,
        role=rule.job_title.name if rule.job_title else None,
        task=rule.task.name if rule.task else None,
        labor_code=rule.labor_code.name if rule.labor_code else None,
    )
    return words[0].upper() + words[1:]


def _standing(rule: RateRule, on: date) -> str:
    if rule.effective.lower > on:
        return UPCOMING
    return NOW if rule.effective.upper is None or on < rule.effective.upper else PAST
