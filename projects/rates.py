"""Which rate applies: the precedence of rate cards, resolved for any number of keys by one statement.

The most specific rule wins and its card is named (product reference 1.3):

    2-9   the project's card, by what its rule names: person, task, labor code, role, in this order of weight
    10    the client's card, in the same order inside, its base rule (which names nothing) last
    11    the base rule of the project's card
    12    the firm's card, in the same order inside, its base rule last

A person outweighs a task, a task a labor code, a labor code a role (job title), so a rule that names more never loses
to one that names a part of it. Ties cannot be: a scope has one card, and its rules for the same people and work do not
overlap (exclusion constraint).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.prepared import prepared_cursor

SOURCE_LENGTH = 240


@dataclass(frozen=True)
class RateKey:
    """Who works on what, for whom, on which day. The currency is the client's."""

    staff_id: int
    job_title_id: int | None
    client_id: int
    project_id: int
    task_id: int | None
    labor_code_id: int | None
    currency: str
    on: date


@dataclass(frozen=True)
class Rate:
    """The amount for an hour, not rounded. `amount` None: no rule applies, which is not a rate of zero."""

    amount: Decimal | None
    currency: str
    rule_id: int | None = None
    # Card “Standard 2026”, role Senior engineer, since 1 Jan 2026
    source: str = ""


# The names are looked up one by one: to plan them as joins takes longer than all the rest.
RESOLVE = """
SELECT asked.number, found.rate_amount, found.id, found.since, found.card_name,
    (SELECT name FROM people_staffmember WHERE id = found.staff_id),
    (SELECT name FROM people_jobtitle WHERE id = found.job_title_id),
    (SELECT name FROM projects_task WHERE id = found.task_id),
    (SELECT name FROM projects_laborcode WHERE id = found.labor_code_id)
FROM {asked} AS asked (staff_id, job_title_id, client_id, project_id, task_id, labor_code_id, currency, on_day, number)
CROSS JOIN LATERAL (
    SELECT rule.*, lower(rule.effective) AS since, card.name AS card_name
    FROM projects_ratecard card JOIN projects_raterule rule ON rule.card_id = card.id
    WHERE card.currency = asked.currency
        AND (
            card.scope = 'FIRM'
            OR (card.scope = 'CLIENT' AND card.client_id = asked.client_id)
            OR (card.scope = 'PROJECT' AND card.project_id = asked.project_id)
        )
        AND rule.effective @> asked.on_day
        AND (rule.staff_id IS NULL OR rule.staff_id = asked.staff_id)
        AND (rule.job_title_id IS NULL OR rule.job_title_id = asked.job_title_id)
        AND (rule.task_id IS NULL OR rule.task_id = asked.task_id)
        AND (rule.labor_code_id IS NULL OR rule.labor_code_id = asked.labor_code_id)
    ORDER BY
        CASE card.scope
            WHEN 'PROJECT' THEN CASE
                WHEN num_nonnulls(rule.staff_id, rule.job_title_id, rule.task_id, rule.labor_code_id) > 0 THEN 1
                ELSE 3
            END
            WHEN 'CLIENT' THEN 2
            ELSE 4
        END,
        rule.staff_id IS NULL, rule.task_id IS NULL, rule.labor_code_id IS NULL, rule.job_title_id IS NULL
    LIMIT 1
) found
"""


MANY = RESOLVE.format(
    asked="""unnest(
    %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::date[]
) WITH ORDINALITY"""
)
# One key has a statement of its own: its plan is kept, where an array of unknown length is planned each time.
ONE = RESOLVE.format(
    asked="(SELECT %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::text, %s::date, 1)"
)


def resolve_rates(keys: Sequence[RateKey]) -> list[Rate]:
    """The rate of each key, in the order of the keys, by one statement for any number of them.

    The rule that is effective on the day of the work decides; its range is half-open. Cards in other currencies than
    the key's do not count. Zero is a rate and stops the search; where no rule applies the amount is None and the
    source empty. Amounts come as stored (four places); nothing is rounded here.
    """
    asked = list(dict.fromkeys(keys))
    found = _found(asked) if asked else {}
    return [found.get(key) or Rate(None, key.currency) for key in keys]


def resolve_rate(key: RateKey) -> Rate:
    """The rate of one key."""
    return resolve_rates([key])[0]


def _found(asked: list[RateKey]) -> dict[RateKey, Rate]:
    columns: list[list[Any]] = [
        [getattr(key, name) for key in asked]
        for name in (
            "staff_id",
            "job_title_id",
            "client_id",
            "project_id",
            "task_id",
            "labor_code_id",
            "currency",
            "on",
        )
    ]
    with prepared_cursor() as cursor:
        if len(asked) == 1:
            cursor.execute(ONE, [column[0] for column in columns])
        else:
            cursor.execute(MANY, columns)
        rows = cursor.fetchall()
    return {
        asked[number - 1]: Rate(
            amount=amount,
            currency=asked[number - 1].currency,
            rule_id=rule_id,
            source=rate_source(card, since, staff=staff, role=role, task=task, labor_code=code),
        )
        for number, amount, rule_id, since, card, staff, role, task, code in rows
    }


def rule_words(
    *,
    staff: str | None = None,
    role: str | None = None,
    task: str | None = None,
    labor_code: str | None = None,
) -> str:
    """For whom and what a rule is: `Priya Raman, task Hydraulic design`; `base rate` when it names nothing."""
    named = [
        staff,
        role and f"role {role}",
        task and f"task {task}",
        labor_code and f"labor code {labor_code}",
    ]
    return ", ".join(words for words in named if words) or "base rate"


def rate_source(card: str, since: date, **named: str | None) -> str:
    """Where a rate comes from, in words, at most 240 characters: long names are cut, card and date stay."""
    head, tail = f"Card “{card}”, ", f", since {since.day} {since:%b} {since.year}"
    room = SOURCE_LENGTH - len(head) - len(tail)
    words = rule_words(**named)
    if len(words) > room:
        words = words[: room - 1].rstrip() + "…"
    return head + words + tail
