"""Setting the rate of one line by hand: the first step of the precedence of rates."""

from decimal import Decimal

from django.db import transaction

from approvals.deciding import ReasonIsMissing
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import User
from projects.carding import NotARate, is_rate
from projects.rates import SOURCE_LENGTH, RateKey, resolve_rate
from timesheets.access import SET_RATE
from timesheets.models import TimeEntry


class NoRateOfItsOwn(Refusal):
    sentence = "Nobody set a rate for this line."


def set_rate(*, entry: TimeEntry, rate_amount: Decimal, reason: str, by: User | None) -> TimeEntry:
    """Sets what an hour of this line costs, in the client's currency, whatever the cards say; zero is a rate.

    It holds on locked days too: that is what right, reason and audit are for. A draft that holds the line turns stale;
    a line on an issued invoice is refused by the database. It ends when the line moves to another project or task.
    Raises NotAllowed, NotARate, ReasonIsMissing.
    """
    require(by, SET_RATE)
    reason = " ".join(reason.split())
    if not is_rate(rate_amount):
        raise NotARate(field="rate_amount")
    if not reason:
        raise ReasonIsMissing("Say why this line has a rate of its own.", field="reason")
    with promises(), transaction.atomic():
        entry = _lock(entry)
        audit.acting("time.set_rate", by=by, subject=entry, why=reason, rate_amount=rate_amount)
        entry.rate_amount, entry.rate_currency = rate_amount, entry.project.client.currency
        entry.rate_rule, entry.rate_minutes, entry.has_own_rate = None, 60, True
        entry.rate_source = f"Set by {by.name if by else 'the system'}: {reason}"[:SOURCE_LENGTH]
        _save(entry)
    return entry


def clear_rate(*, entry: TimeEntry, by: User | None) -> TimeEntry:
    """The way back of `set_rate`: the cards decide again, by the day of the work. Raises NotAllowed, NoRateOfItsOwn."""
    require(by, SET_RATE)
    with promises(), transaction.atomic():
        entry = _lock(entry)
        if not entry.has_own_rate:
            raise NoRateOfItsOwn
        audit.acting("time.clear_rate", by=by, subject=entry)
        rate = resolve_rate(key_of(entry))
        entry.rate_amount, entry.rate_currency = rate.amount, rate.currency
        entry.rate_rule_id, entry.rate_source = rate.rule_id, rate.source
        entry.rate_minutes, entry.has_own_rate = rate.minutes, False
        _save(entry)
    return entry


def key_of(entry: TimeEntry) -> RateKey:
    """What the rate of a saved line depends on. Its staff and its project's client are read where they are not yet."""
    return RateKey(
        staff_id=entry.staff_id,
        job_title_id=entry.staff.job_title_id,
        client_id=entry.project.client_id,
        project_id=entry.project_id,
        task_id=entry.task_id,
        labor_code_id=entry.labor_code_id,
        currency=entry.project.client.currency,
        on=entry.worked_on,
    )


def _lock(entry: TimeEntry) -> TimeEntry:
    lines = TimeEntry.objects.select_for_update(of=("self",)).select_related("staff", "project__client")
    return lines.get(pk=entry.pk)


def _save(entry: TimeEntry) -> None:
    entry.version += 1
    entry.save(
        update_fields=[
            "rate_amount", "rate_currency", "rate_rule", "rate_source", "rate_minutes", "has_own_rate", "version",
            "updated_at",
        ]
    )  # fmt: skip
