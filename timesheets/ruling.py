"""Changing the firm's rules of time: periods, columns, notes, locks, checks at submit, government contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from core import audit
from core.errors import Refusal
from people.access import require
from people.models import User
from timesheets.access import MANAGE_RULES
from timesheets.locking import LOCKS, ReasonIsMissing, grace_lock, put_lock, rules_for_locking
from timesheets.models import SubmitRule, TimeRules

FIELDS = (
    "week_starts_on", "period_kind", "biweekly_from", "requires_notes", "notes_checked", "note_min_length",
    "allows_future", "shows_labor_code", "shows_class", "shows_billable", "shows_times", "shows_budget",
    "grace_days", "dates_late", "is_dcaa", "signs_submit", "submit_statement",
)  # fmt: skip
WITH_LIMIT = (SubmitRule.Kind.DAY_HOURS, SubmitRule.Kind.WEEK_OVER, SubmitRule.Kind.OVERTIME)


class LimitIsMissing(Refusal):
    """A check against a number of hours needs that number."""

    sentence = "Say from how many hours on this is checked."


@dataclass(frozen=True)
class Check:
    """How severe a breach is, and for long days and weeks the limit."""

    severity: str
    limit_minutes: int | None = None


def edit_rules(
    *, by: User | None, on: date, checks: Mapping[str, Check] | None = None, reason: str = "", **values: Any
) -> TimeRules:
    """Changes what is given and leaves the rest: `values` are FIELDS, `checks` are by kind.

    The lock that follows the grace days is computed anew for the day `on`; where that opens locked days again a reason
    is needed. What is locked by hand stays locked. Lines that are there stay as they are. Raises NotAllowed,
    ReasonIsMissing, LimitIsMissing.
    """
    require(by, MANAGE_RULES)
    with transaction.atomic():
        rules = rules_for_locking()
        locked = rules.locked_through
        for name in FIELDS:
            if name in values:
                setattr(rules, name, values[name])
        rules.locked_by_grace_through = grace_lock(rules, on)
        put_lock(rules)
        opens = locked is not None and (rules.locked_through is None or rules.locked_through < locked)
        if opens and not reason.strip():
            raise ReasonIsMissing(
                "With these grace days some locked days open again. Say why.", field="reason"
            )
        audit.acting("time.edit_rules", by=by, subject=rules, why=reason.strip())
        rules.save(update_fields=[*(name for name in FIELDS if name in values), *LOCKS])
        for kind, check in (checks or {}).items():
            _put_check(kind, check)
    return rules


def _put_check(kind: str, check: Check) -> None:
    limit = check.limit_minutes
    if kind in WITH_LIMIT:
        # What is off keeps the limit that it had.
        known = SubmitRule.objects.filter(kind=kind).values_list("limit_minutes", flat=True).first()
        limit = limit or (known if check.severity == SubmitRule.Severity.OFF else None)
        if not limit:
            raise LimitIsMissing(field=f"limit_{kind}")
    SubmitRule.objects.filter(kind=kind).update(
        severity=check.severity, limit_minutes=limit if kind in WITH_LIMIT else None
    )
