"""Which rate applies: the precedence of rate cards, resolved for any number of keys by one statement.

The first of these that has a rate wins, and its card is named (product reference 1.3):

    1     the rate that somebody set on the entry itself (`timesheets.setting_rates`); nothing is resolved then
    2-9   the project's card, by what its rule names: person, task and labor code; person and task; person and labor
          code; person; task and labor code; task; labor code; role
    10    the client's card, in the same order inside, its base rule (which names nothing) last
    11    the project's base: the letter that it takes (of the person, or of the labor code), else the base rule of its
          card
    12    the firm's card, in the same order inside, its base rule last

A person outweighs a task, a task a labor code, a labor code a role (job title), so a rule that names more never loses
to one that names a part of it; a role beside a task or labor code makes steps 6 to 8 more specific. Ties cannot be: a
scope has one card, and its rules for the same people and work do not overlap (exclusion constraint).

The multipliers of the winning card then apply: the higher one of that for Saturday and Sunday and that of overtime,
which is work under the card's labor code for it, unless the rule names that labor code itself. The card's surcharge
for work on site, under its labor code in the same way, is added last and multiplied by nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import format_rate
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
    """The amount for `minutes` (60: an hour), with four places. `amount` None: no rule applies; that is not zero."""

    amount: Decimal | None
    currency: str
    rule_id: int | None = None
    # Card “Standard 2026”, role Senior engineer, since 1 Jan 2026
    source: str = ""
    # What the amount is the price of, and which step of the precedence decided; 0 when none did.
    minutes: int = 60
    step: int = 0


@dataclass(frozen=True)
class Step:
    """One step of the precedence: its number, in words, and the rate that it has for a key, if any."""

    number: int
    words: str
    rate: Rate | None = None
    is_used: bool = False


STEPS: Mapping[int, str] = {
    1: "A rate set on the entry itself",
    2: "Project: person, task and labor code",
    3: "Project: person and task",
    4: "Project: person and labor code",
    5: "Project: person",
    6: "Project: task and labor code",
    7: "Project: task",
    8: "Project: labor code",
    9: "Project: role",
    10: "The client's card",
    11: "The project's base",
    12: "The firm's card",
}


CARD = """projects_ratecard.id, scope, name, currency, unit_minutes, weekend_factor, overtime_factor, overtime_code_id,
    onsite_amount, onsite_code_id"""

# Each branch is one look into an index, however many clients and projects have cards of their own.
CANDIDATES = """
FROM {asked} AS asked (staff_id, job_title_id, client_id, project_id, task_id, labor_code_id, currency, on_day, number)
CROSS JOIN LATERAL (
    SELECT rule.id, rule.rate_amount, rule.staff_id, rule.job_title_id, rule.task_id, rule.labor_code_id,
        lower(rule.effective) AS since, card.scope, card.name AS card_name, card.unit_minutes,
        CASE WHEN extract(isodow FROM asked.on_day) > 5 THEN card.weekend_factor END AS weekend,
        CASE WHEN card.overtime_code_id = asked.labor_code_id AND rule.labor_code_id IS NULL THEN card.overtime_factor
        END AS overtime,
        CASE WHEN card.onsite_code_id = asked.labor_code_id AND rule.labor_code_id IS NULL THEN card.onsite_amount
        END AS onsite
    FROM (
        SELECT {card}, 5 AS turn, NULL AS source FROM projects_ratecard
        WHERE scope = 'FIRM' AND currency = asked.currency
        UNION ALL
        SELECT {card}, 2, NULL FROM projects_ratecard WHERE scope = 'CLIENT' AND client_id = asked.client_id
        UNION ALL
        SELECT {card}, 1, NULL FROM projects_ratecard WHERE scope = 'PROJECT' AND project_id = asked.project_id
        UNION ALL
        SELECT {card}, 3, base.source FROM projects_projectbase base
        JOIN projects_ratecard ON scope = 'LETTER' AND projects_ratecard.letter = base.letter
        WHERE base.project_id = asked.project_id
    ) card JOIN projects_raterule rule ON rule.card_id = card.id
    WHERE card.currency = asked.currency
        AND rule.effective @> asked.on_day
        AND (rule.staff_id IS NULL OR rule.staff_id = asked.staff_id)
        AND (rule.job_title_id IS NULL OR rule.job_title_id = asked.job_title_id)
        AND (rule.task_id IS NULL OR rule.task_id = asked.task_id)
        AND (rule.labor_code_id IS NULL OR rule.labor_code_id = asked.labor_code_id)
        AND (card.source IS NULL OR CASE card.source WHEN 'STAFF' THEN rule.staff_id ELSE rule.labor_code_id END > 0)
    ORDER BY
        -- The base of a project goes behind its client's card and the letter that it takes.
        CASE
            WHEN card.turn = 1 AND num_nonnulls(rule.staff_id, rule.job_title_id, rule.task_id, rule.labor_code_id) = 0
            THEN 4 ELSE card.turn
        END,
        rule.staff_id IS NULL, rule.task_id IS NULL, rule.labor_code_id IS NULL, rule.job_title_id IS NULL
    {limit}
) found
"""

# A multiplied rate with its surcharge is rounded once, half-up to the four places of a rate. GREATEST passes over NULL.
AMOUNT = """CASE WHEN coalesce(found.weekend, found.overtime, found.onsite) IS NULL THEN found.rate_amount
    ELSE round(
        found.rate_amount * coalesce(greatest(found.weekend, found.overtime), 1)
            + coalesce(found.onsite, 0) * found.unit_minutes / 60, 4
    ) END"""

# The names are looked up one by one: to plan them as joins takes longer than all the rest.
RESOLVE = f"""
SELECT asked.number, {AMOUNT}, found.id, found.since, found.card_name, found.unit_minutes, found.scope,
    found.weekend, found.overtime, found.onsite,
    (SELECT name FROM people_staffmember WHERE id = found.staff_id),
    (SELECT name FROM people_jobtitle WHERE id = found.job_title_id),
    (SELECT name FROM projects_task WHERE id = found.task_id),
    (SELECT name FROM projects_laborcode WHERE id = found.labor_code_id)
{CANDIDATES}"""

MANY = RESOLVE.format(
    card=CARD,
    asked="""unnest(
    %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::date[]
) WITH ORDINALITY""",
    limit="LIMIT 1",
)
ONE_KEY = (
    "(SELECT %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::text, %s::date, 1)"
)
# One key has a statement of its own: its plan is kept, where an array of unknown length is planned each time.
ONE = RESOLVE.format(card=CARD, asked=ONE_KEY, limit="LIMIT 1")
ALL_OF_ONE = RESOLVE.format(card=CARD, asked=ONE_KEY, limit="")


def resolution_sql(asked: str) -> str:
    """A SELECT of `number`, `amount`, `rule_id`, `minutes`, `weekend`, `overtime`, `onsite` for each key with a rate.

    `asked` is a relation in SQL with the nine columns of a key in their order, the last its number. For statements of
    rooms above that rate what is stored already, however much, without a round trip.
    """
    return f"""
    SELECT asked.number, {AMOUNT} AS amount, found.id AS rule_id, found.unit_minutes AS minutes,
        found.weekend, found.overtime, found.onsite
    {CANDIDATES.format(card=CARD, asked=asked, limit="LIMIT 1")}"""


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


def trace(key: RateKey) -> list[Step]:
    """The twelve steps for one key, each with the rate that it has; the first that has one is used. One statement."""
    found: dict[int, Rate] = {}
    with prepared_cursor() as cursor:
        cursor.execute(ALL_OF_ONE, _values(key))
        for row in cursor.fetchall():
            rate = _rate(row, key.currency)
            found.setdefault(rate.step, rate)
    first = min(found, default=0)
    return [Step(number, words, found.get(number), number == first) for number, words in STEPS.items()]


KEY = ("staff_id", "job_title_id", "client_id", "project_id", "task_id", "labor_code_id", "currency", "on")


def _values(key: RateKey) -> list[Any]:
    return [getattr(key, name) for name in KEY]


def _found(asked: list[RateKey]) -> dict[RateKey, Rate]:
    with prepared_cursor() as cursor:
        if len(asked) == 1:
            cursor.execute(ONE, _values(asked[0]))
        else:
            cursor.execute(MANY, [[getattr(key, name) for key in asked] for name in KEY])
        return {asked[row[0] - 1]: _rate(row, asked[row[0] - 1].currency) for row in cursor.fetchall()}


def _rate(row: Sequence[Any], currency: str) -> Rate:
    _, amount, rule_id, since, card, minutes, scope, weekend, overtime, onsite, staff, role, task, code = row
    source = rate_source(
        card,
        since,
        extra=extra_words(weekend, overtime, onsite, currency),
        staff=staff,
        role=role,
        task=task,
        labor_code=code,
    )
    step = _step(scope, bool(staff), bool(task), bool(code), bool(role))
    return Rate(amount, currency, rule_id, source, minutes, step)


def _step(scope: str, staff: bool, task: bool, code: bool, role: bool) -> int:
    if scope != "PROJECT":
        return {"CLIENT": 10, "LETTER": 11}.get(scope, 12)
    if staff:
        return {(True, True): 2, (True, False): 3, (False, True): 4}.get((task, code), 5)
    if task:
        return 6 if code else 7
    if code:
        return 8
    return 9 if role else 11


def extra_words(
    weekend: Decimal | None, overtime: Decimal | None, onsite: Decimal | None, currency: str
) -> str:
    """What came on top of a rate: `2 × at the weekend, + $25.00 an hour on site`; empty when nothing did."""
    surcharge = f"+ {format_rate(onsite, currency)} an hour on site" if onsite is not None else ""
    return ", ".join(filter(None, (_factor_words(weekend, overtime), surcharge)))


def _factor_words(weekend: Decimal | None, overtime: Decimal | None) -> str:
    """Which multiplier applied; the higher one wins."""
    if weekend is None and overtime is None:
        return ""
    if overtime is None or (weekend is not None and weekend >= overtime):
        return f"{weekend:f}".rstrip("0").rstrip(".") + " × at the weekend"
    return f"{overtime:f}".rstrip("0").rstrip(".") + " × for overtime"


def rule_words(
    *,
    staff: str | None = None,
    role: str | None = None,
    task: str | None = None,
    labor_code: str | None = None,
    project: str | None = None,
) -> str:
    """For whom and what a rule is: `Priya Raman, task Hydraulic design`; `base rate` when it names nothing."""
    named = [
        staff,
        role and f"role {role}",
        task and f"task {task}",
        labor_code and f"labor code {labor_code}",
        project and f"project {project}",
    ]
    return ", ".join(words for words in named if words) or "base rate"


def rate_source(card: str, since: date, *, extra: str = "", **named: str | None) -> str:
    """Where a rate comes from, in words, at most 240 characters: long names are cut, card and date stay.

    `extra` is what came on top, as `extra_words` says it.
    """
    tail = f", since {since.day} {since:%b} {since.year}" + (f", {extra}" if extra else "")
    head = f"Card “{card}”, "
    room = SOURCE_LENGTH - len(head) - len(tail)
    words = rule_words(**named)
    if len(words) > room:
        words = words[: room - 1].rstrip() + "…"
    return head + words + tail
