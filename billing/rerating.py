"""Re-rating open time after a rate changed: only on demand, after a look, and never what is billed.

However many entries there are, it is the same few statements: the entries that a rate is about are found and resolved
by the database, written to a temporary table, added up from there (the preview) and updated from there (the result).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection, transaction

from core import audit
from core.errors import Conflict, Refusal
from core.money import places
from core.promises import promises
from people.models import User
from projects.access import require_manage_rates
from projects.carding import add_rate, change_rate_from, end_rate
from projects.models import RateCard, RateRule
from projects.rates import extra_words, rate_source, resolution_sql


class DayIsMissing(Refusal):
    sentence = "Say from which day on open time gets the new rate."


class NotAsPreviewed(Conflict):
    """Time was recorded, approved or billed since the preview; nothing was changed."""

    sentence = "Time changed since you looked, so nothing was saved. Look at the new numbers."


class Which(StrEnum):
    """Which time gets a changed rate."""

    NEW = "NEW"
    FROM = "FROM"
    ALL = "ALL"


@dataclass(frozen=True)
class Reach:
    """Which recorded time is re-rated. What is billed, on locked days, or has a rate of its own never is.

    NEW: none; FROM: worked on `starts_on` or later; ALL: any open day. Approved time and time on drafts stay out unless
    asked for; a draft whose time is re-rated turns stale, and nothing on it changes before it is recalculated.
    """

    which: Which = Which.NEW
    starts_on: date | None = None
    has_approved: bool = False
    has_drafted: bool = False


@dataclass(frozen=True)
class Effect:
    """What re-rating does: entries, their billable minutes, what they come to before and after, each rounded once.

    `unrated_entries` had no rate before, `losing_entries` have none afterwards; `drafts` turn stale.
    """

    currency: str
    entries: int = 0
    minutes: int = 0
    before_amount: Decimal = Decimal(0)
    after_amount: Decimal = Decimal(0)
    unrated_entries: int = 0
    losing_entries: int = 0
    drafts: int = 0

    @property
    def difference(self) -> Decimal:
        return self.after_amount - self.before_amount


class Expected(NamedTuple):
    """What somebody saw in a preview."""

    entries: int
    difference: Decimal


OPEN = """
FROM timesheets_timeentry entry
JOIN people_staffmember staff ON staff.id = entry.staff_id
JOIN projects_project project ON project.id = entry.project_id
JOIN clients_client client ON client.id = project.client_id
WHERE client.currency = %(currency)s AND NOT entry.has_own_rate
    AND (%(approved)s OR entry.state <> 'APPROVED')
    AND (%(since)s::date IS NULL OR entry.worked_on >= %(since)s)
    AND entry.worked_on > coalesce((SELECT locked_through FROM timesheets_timerules WHERE id = 1), '-infinity')
    AND NOT EXISTS (
        SELECT 1 FROM billing_billedtime billed
        JOIN billing_invoiceline line ON line.id = billed.line_id
        JOIN billing_invoice invoice ON invoice.id = line.invoice_id
        WHERE billed.entry_id = entry.id AND billed.is_live AND NOT (%(drafted)s AND invoice.state = 'DRAFT')
    )
"""
LOCK = "SELECT count(*) FROM (SELECT entry.id {open} ORDER BY entry.id FOR NO KEY UPDATE OF entry) locked"

KEYS = """(
    SELECT DISTINCT ON (number) staff_id, job_title_id, client_id, project_id, task_id, labor_code_id, currency,
        worked_on, number
    FROM opened
)"""
FIND = f"""
CREATE TEMPORARY TABLE rerated AS
WITH opened AS MATERIALIZED (
    SELECT entry.id, entry.staff_id, staff.job_title_id, project.client_id, entry.project_id, entry.task_id,
        entry.labor_code_id, client.currency, entry.worked_on, entry.billable_minutes,
        entry.rate_rule_id AS old_rule, entry.rate_minutes AS old_minutes, entry.rate_currency AS old_currency,
        entry.rate_amount AS old_amount,
        dense_rank() OVER (ORDER BY entry.staff_id, entry.task_id, entry.labor_code_id, entry.worked_on) AS number
    {{open}}
), found AS MATERIALIZED ({resolution_sql(KEYS)})
SELECT opened.id, opened.currency, opened.billable_minutes, opened.old_rule, opened.old_minutes, opened.old_currency,
    opened.old_amount, found.amount, found.rule_id, coalesce(found.minutes, 60) AS minutes, found.weekend,
    found.overtime, found.onsite,
    format('%%s/%%s/%%s/%%s', found.rule_id, found.weekend, found.overtime, found.onsite) AS origin
FROM opened LEFT JOIN found USING (number)
WHERE {{kept}} AND (opened.old_amount, opened.old_currency, opened.old_minutes, opened.old_rule)
    IS DISTINCT FROM (found.amount, opened.currency, coalesce(found.minutes, 60), found.rule_id)
"""
BEFORE = "CASE WHEN old_currency = currency THEN round(old_amount * billable_minutes / old_minutes, %(places)s) END"
EFFECT = f"""
SELECT count(*), coalesce(sum(billable_minutes), 0), coalesce(sum({BEFORE}), 0),
    coalesce(sum(round(amount * billable_minutes / minutes, %(places)s)), 0),
    count(*) FILTER (WHERE old_amount IS NULL OR old_currency <> currency), count(*) FILTER (WHERE amount IS NULL),
    (SELECT count(DISTINCT line.invoice_id) FROM rerated
     JOIN billing_billedtime billed ON billed.entry_id = rerated.id AND billed.is_live
     JOIN billing_invoiceline line ON line.id = billed.line_id)
FROM rerated
"""
ORIGINS = """
SELECT origin, weekend, overtime, onsite, card.currency, card.name, lower(rule.effective),
    staff.name, title.name, task.name, code.name
FROM (SELECT DISTINCT origin, rule_id, weekend, overtime, onsite FROM rerated WHERE rule_id IS NOT NULL) one
JOIN projects_raterule rule ON rule.id = one.rule_id
JOIN projects_ratecard card ON card.id = rule.card_id
LEFT JOIN people_staffmember staff ON staff.id = rule.staff_id
LEFT JOIN people_jobtitle title ON title.id = rule.job_title_id
LEFT JOIN projects_task task ON task.id = rule.task_id
LEFT JOIN projects_laborcode code ON code.id = rule.labor_code_id
"""
WRITE = """
UPDATE timesheets_timeentry entry
SET rate_amount = rerated.amount, rate_currency = rerated.currency, rate_rule_id = rerated.rule_id,
    rate_minutes = rerated.minutes, rate_source = coalesce(words.source, ''), version = entry.version + 1
FROM rerated LEFT JOIN unnest(%s::text[], %s::text[]) AS words (origin, source) ON words.origin = rerated.origin
WHERE entry.id = rerated.id
"""


@dataclass(frozen=True)
class Scope:
    """Which open entries are looked at (a condition in SQL with its values), and which of them are kept."""

    where: str
    kept: str
    values: Mapping[str, Any]
    currency: str


def rate_scope(rules: Sequence[RateRule]) -> Scope:
    """The entries that rates of one card for the same people and work are about: they are, or were, rated by them."""
    card, rule = rules[0].card, rules[0]
    parts, values = _of_card(card)
    for column, value in (
        ("entry.staff_id", rule.staff_id),
        ("staff.job_title_id", rule.job_title_id),
        ("entry.task_id", rule.task_id),
        ("entry.labor_code_id", rule.labor_code_id),
    ):
        if value is not None:
            name = column.replace(".", "_")
            parts.append(f"{column} = %({name})s")
            values[name] = value
    parts.append("entry.worked_on >= %(first)s")
    values |= {"first": min(each.effective.lower for each in rules), "rules": [each.pk for each in rules]}
    kept = "(found.rule_id = ANY (%(rules)s) OR opened.old_rule = ANY (%(rules)s))"
    return Scope(" AND ".join(parts), kept, values, card.currency)


def card_scope(card: RateCard) -> Scope:
    """All open entries that a card may decide on, whichever card decides on them now."""
    parts, values = _of_card(card)
    return Scope(" AND ".join(parts), "true", values, card.currency)


def _of_card(card: RateCard) -> tuple[list[str], dict[str, Any]]:
    if card.scope == RateCard.Scope.CLIENT:
        return ["project.client_id = %(client)s"], {"client": card.client_id}
    if card.scope == RateCard.Scope.PROJECT:
        return ["entry.project_id = %(project)s"], {"project": card.project_id}
    if card.scope == RateCard.Scope.LETTER:
        of_letter = "SELECT project_id FROM projects_projectbase WHERE letter = %(letter)s"
        return [f"entry.project_id IN ({of_letter})"], {"letter": card.letter}
    return ["true"], {}


def rerate(
    *,
    scope: Scope,
    reach: Reach,
    by: User | None,
    subject: RateCard | RateRule,
    expects: Expected | None = None,
) -> Effect:
    """Resolves the open entries of the scope anew and stores their rates. A constant number of statements.

    What it does is what `effect` showed; with `expects` it refuses to do anything else (NotAsPreviewed). Raises
    DayIsMissing, NotAllowed.
    """
    require_manage_rates(by)
    with promises(), transaction.atomic():
        if reach.which == Which.NEW:
            return Effect(scope.currency)
        sql, values = _open(scope, reach)
        with connection.cursor() as cursor:
            # The lock first: what is billed meanwhile is seen by the statement after it.
            cursor.execute(LOCK.format(open=sql), values)
        found = _find(scope, reach)
        if expects is not None and expects != Expected(found.entries, found.difference):
            raise NotAsPreviewed
        with audit.acting(
            "rate.rerate",
            by=by,
            subject=subject,
            which=reach.which,
            starts_on=reach.starts_on,
            entries=found.entries,
            difference=found.difference,
        ):
            _write()
        return found


def effect(*, scope: Scope, reach: Reach, by: User | None) -> Effect:
    """What `rerate` would do now. It changes nothing, and is the same statements."""
    require_manage_rates(by)
    if reach.which == Which.NEW:
        return Effect(scope.currency)
    with transaction.atomic():
        found = _find(scope, reach)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE rerated")
    return found


class _TakenBack(Exception):
    """Carries the effect out of a transaction that is rolled back."""


def change_and_rerate(
    *,
    change: Callable[[], Sequence[RateRule]],
    reach: Reach,
    by: User | None,
    expects: Expected | None = None,
) -> tuple[RateRule, Effect]:
    """Changes rates and re-rates what they are about, in one transaction. The last rule is the one that stays."""
    with promises(), transaction.atomic():
        rules = change()
        found = rerate(scope=rate_scope(rules), reach=reach, by=by, subject=rules[-1], expects=expects)
    return rules[-1], found


def preview_change(*, change: Callable[[], Sequence[RateRule]], reach: Reach, by: User | None) -> Effect:
    """What `change_and_rerate` would do: the change is made, its effect counted, and all of it rolled back."""
    found = Effect("")
    try:
        with promises(), transaction.atomic():
            found = effect(scope=rate_scope(change()), reach=reach, by=by)
            raise _TakenBack
    except _TakenBack:
        return found


def adding(*, card: RateCard, by: User | None, **fields: Any) -> Callable[[], Sequence[RateRule]]:
    """`carding.add_rate` as a change to preview or make."""
    return lambda: [add_rate(card=card, by=by, **fields)]


def changing(
    *, rule: RateRule, rate_amount: Decimal, starts_on: date, by: User | None
) -> Callable[[], Sequence[RateRule]]:
    """`carding.change_rate_from` as a change to preview or make; the old rate counts too."""
    return lambda: [
        rule,
        change_rate_from(rule=rule, rate_amount=rate_amount, starts_on=starts_on, by=by),
    ]


def ending(*, rule: RateRule, ends_on: date | None, by: User | None) -> Callable[[], Sequence[RateRule]]:
    """`carding.end_rate` as a change to preview or make."""
    return lambda: [end_rate(rule=rule, ends_on=ends_on, by=by)]


def _open(scope: Scope, reach: Reach) -> tuple[str, dict[str, Any]]:
    if reach.which == Which.FROM and reach.starts_on is None:
        raise DayIsMissing(field="rerates_from")
    values = {
        "currency": scope.currency,
        "approved": reach.has_approved,
        "drafted": reach.has_drafted,
        "since": reach.starts_on if reach.which == Which.FROM else None,
        "places": places(scope.currency),
        **scope.values,
    }
    return f"{OPEN} AND {scope.where}", values


def _find(scope: Scope, reach: Reach) -> Effect:
    """Fills the temporary table and adds it up."""
    sql, values = _open(scope, reach)
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(open=sql, kept=scope.kept), values)
        cursor.execute(EFFECT, values)
        return Effect(scope.currency, *cursor.fetchone())


def _write() -> None:
    """Updates the entries from the temporary table, and drops it."""
    with connection.cursor() as cursor:
        cursor.execute(ORIGINS)
        words = [
            (
                origin,
                rate_source(
                    card,
                    since,
                    extra=extra_words(weekend, overtime, onsite, currency),
                    staff=staff,
                    role=role,
                    task=task,
                    labor_code=code,
                ),
            )
            for origin, weekend, overtime, onsite, currency, card, since, staff, role, task, code in cursor.fetchall()
        ]
        cursor.execute(WRITE, [[origin for origin, _ in words], [source for _, source in words]])
        cursor.execute("DROP TABLE rerated")
