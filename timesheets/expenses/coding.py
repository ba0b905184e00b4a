"""Expense codes: what may be spent on, what a unit costs, markup, and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import ProtectedError

from clients.models import Client
from core import activating, audit, exchange, exchanging
from core.effective import range_of
from core.errors import Refusal
from core.models import ExchangeRate
from core.money import format_rate
from core.promises import promises
from ledger.models import Account
from people.access import require
from people.models import User
from projects.carding import words_of_day
from projects.models import Project
from timesheets.access import MANAGE_EXPENSES
from timesheets.models import ExpenseCode, ExpenseLimit, ExpenseMarkup, ExpenseRate

UNIT_PLACES = 5
MOST_UNIT_AMOUNT = Decimal(10) ** 8


class NameIsMissing(Refusal):
    sentence = "Give the code a name."


class NotAnIncomeAccount(Refusal):
    sentence = "Income goes to an account of revenue."


class NotAUnitRate(Refusal):
    """The amounts or the days of a unit rate are wrong, or another one applies on some of the days."""


class RateIsUsed(Refusal):
    sentence = "Expenses were counted at this rate, so it stays. End it instead."


class NotAMarkup(Refusal):
    """A markup of nothing, or below zero."""


@dataclass(frozen=True)
class Limit:
    """One limit of a code; WEEKEND has no amount."""

    severity: str
    amount: Decimal | None = None


def save_code(
    *,
    name: str,
    by: User | None,
    expense_code: ExpenseCode | None = None,
    code: str = "",
    unit: str = "",
    is_reimbursable: bool = True,
    is_billable: bool = True,
    receipt_from_amount: Decimal | None = None,
    requires_note: bool = False,
    is_taxable: bool = True,
    income_account: Account | None = None,
) -> ExpenseCode:
    """Adds a code, or changes `expense_code`. What was recorded or billed stays as it is.

    `income_account` is where what clients pay for it goes, an account of revenue; None is the usual one. Raises
    NotAllowed, NameIsMissing, NotAnIncomeAccount.
    """
    if income_account is not None and income_account.kind != Account.Kind.REVENUE:
        raise NotAnIncomeAccount(field="income_account")
    name = " ".join(name.split())
    if not name:
        raise NameIsMissing(field="name")
    with promises(), transaction.atomic():
        require(by, MANAGE_EXPENSES)
        changed = expense_code or ExpenseCode()
        verb = "expense_code.edit" if expense_code else "expense_code.add"
        audit.acting(verb, by=by, subject=expense_code, name=name)
        changed.name, changed.code, changed.unit = name, code.strip(), unit.strip()
        changed.is_reimbursable, changed.is_billable = is_reimbursable, is_billable
        changed.receipt_from_amount, changed.requires_note = receipt_from_amount, requires_note
        changed.is_taxable, changed.income_account = is_taxable, income_account
        changed.save()
    return changed


def set_active(*, expense_code: ExpenseCode, is_active: bool, by: User | None) -> ExpenseCode:
    """Takes a code out of pick-lists, or brings it back. Lines that have it keep it."""
    require(by, MANAGE_EXPENSES)
    return activating.set_active(expense_code, is_active, verb="expense_code", by=by)


def add_unit_rate(
    *,
    expense_code: ExpenseCode,
    currency: str,
    cost_amount: Decimal,
    starts_on: date,
    by: User | None,
    billing_amount: Decimal | None = None,
    ends_on: date | None = None,
) -> ExpenseRate:
    """What a unit costs from a day on, and what the client pays for it. Up to five decimals; nothing is rounded.

    A rate that goes on ends by itself the day before; another one on some of the days refuses. Lines that are recorded
    already keep theirs until they are submitted. Raises NotAllowed, NotAUnitRate.
    """
    for name, amount in (("cost_amount", cost_amount), ("billing_amount", billing_amount)):
        _check_unit_amount(name, amount)
    if ends_on is not None and ends_on < starts_on:
        raise NotAUnitRate("The last day is before the first.", field="ends_on")
    with promises(), transaction.atomic():
        require(by, MANAGE_EXPENSES)
        code = ExpenseCode.objects.select_for_update().get(pk=expense_code.pk)
        if not code.unit:
            raise NotAUnitRate(
                f"{code.name} is not counted in units. Give it a unit first.", field="cost_amount"
            )
        audit.acting("unit_rate.add", by=by, subject=code, cost_amount=cost_amount, starts_on=starts_on)
        _end_going_on(code, starts_on)
        rate = ExpenseRate(
            code=code,
            currency=currency,
            cost_amount=cost_amount,
            billing_amount=billing_amount,
            effective=range_of(starts_on, ends_on),
        )
        _refuse_overlap(rate)
        rate.save()
    return rate


def end_unit_rate(*, rate: ExpenseRate, ends_on: date | None, by: User | None) -> ExpenseRate:
    """Sets the last day of a rate; None: until further notice. Raises NotAUnitRate."""
    with promises(), transaction.atomic():
        require(by, MANAGE_EXPENSES)
        ExpenseCode.objects.select_for_update().get(pk=rate.code_id)
        rate = ExpenseRate.objects.select_related("code").get(pk=rate.pk)
        if ends_on is not None and ends_on < rate.starts_on:
            raise NotAUnitRate("The last day is before the first.", field="ends_on")
        audit.acting("unit_rate.end", by=by, subject=rate, ends_on=ends_on)
        rate.effective = range_of(rate.starts_on, ends_on)
        _refuse_overlap(rate, field="ends_on")
        rate.save(update_fields=["effective"])
    return rate


def remove_unit_rate(*, rate: ExpenseRate, by: User | None) -> None:
    """Removes a rate that nothing was counted at. Raises RateIsUsed."""
    with promises(), transaction.atomic():
        require(by, MANAGE_EXPENSES)
        audit.acting("unit_rate.remove", by=by, subject=rate)
        try:
            rate.delete()
        except ProtectedError as error:
            raise RateIsUsed from error


def set_markup(
    *,
    kind: str,
    value: Decimal,
    by: User | None,
    expense_code: ExpenseCode | None = None,
    client: Client | None = None,
    project: Project | None = None,
) -> ExpenseMarkup:
    """Sets what is added to costs of a code, a client or a project (a code may go with either); one for each.

    Percent, or a fixed amount of the client's currency for each line. Raises NotAllowed, NotAMarkup.
    """
    if client is not None and project is not None:
        raise NotAMarkup("A markup is of a client or of a project, not of both.", field="project")
    if expense_code is None and client is None and project is None:
        raise NotAMarkup("Choose a code, a client or a project.", field="expense_code")
    if not 0 <= value < MOST_UNIT_AMOUNT:
        raise NotAMarkup("A markup is zero or more.", field="value")
    with promises(), transaction.atomic():
        require(by, MANAGE_EXPENSES)
        audit.acting("markup.set", by=by, subject=project or client or expense_code, value=value, kind=kind)
        markup, _ = ExpenseMarkup.objects.update_or_create(
            code=expense_code, client=client, project=project, defaults={"kind": kind, "value": value}
        )
    return markup


def remove_markup(*, markup: ExpenseMarkup, by: User | None) -> None:
    """Without it the next in line counts: the client's, the code's, else the cost itself."""
    with promises(), transaction.atomic():
        require(by, MANAGE_EXPENSES)
        audit.acting("markup.remove", by=by, subject=markup, value=markup.value)
        markup.delete()


def set_limits(*, expense_code: ExpenseCode, limits: Mapping[str, Limit], by: User | None) -> None:
    """Replaces the limits of a code; a kind that is not named has none."""
    with promises(), transaction.atomic():
        require(by, MANAGE_EXPENSES)
        code = ExpenseCode.objects.select_for_update().get(pk=expense_code.pk)
        audit.acting("expense_code.limit", by=by, subject=code, kinds=sorted(limits))
        ExpenseLimit.objects.filter(code=code).exclude(kind__in=limits).delete()
        rows = [
            ExpenseLimit(code=code, kind=kind, amount=limit.amount, severity=limit.severity)
            for kind, limit in limits.items()
        ]
        ExpenseLimit.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code", "kind"],
            update_fields=["amount", "severity"],
        )


def enter_exchange_rates(
    *, rows: Sequence[exchange.Row], by: User | None, source: str = "entered by hand"
) -> int:
    """Enters exchange rates; one of the same pair and day is replaced. Returns how many. Raises NotRates."""
    require(by, MANAGE_EXPENSES)
    return exchanging.set_rates(rows=rows, source=source, by=by)


def import_exchange_rates(*, name: str, content: bytes, by: User | None) -> int:
    """Takes the rates of a CSV file (date, from, to, rate), all or none; returns how many. Raises NotRates."""
    require(by, MANAGE_EXPENSES)
    return exchanging.set_rates(rows=exchange.read_rates(content), source=name, by=by)


def remove_exchange_rate(*, rate: ExchangeRate, by: User | None) -> None:
    """Removes one rate; lines that used it keep what they were counted with."""
    require(by, MANAGE_EXPENSES)
    exchanging.remove_rate(rate=rate, by=by)


def _check_unit_amount(name: str, amount: Decimal | None) -> None:
    if amount is None:
        return
    exponent = amount.as_tuple().exponent
    least_is_right = amount > 0 if name == "cost_amount" else amount >= 0
    if (
        not isinstance(exponent, int)
        or exponent < -UNIT_PLACES
        or not least_is_right
        or amount >= MOST_UNIT_AMOUNT
    ):
        raise NotAUnitRate(f"A unit's amount is above 0 and has at most {UNIT_PLACES} decimals.", field=name)


def _end_going_on(code: ExpenseCode, before: date) -> None:
    """The rate that goes on since an earlier day ends the day before."""
    going_on = ExpenseRate.objects.filter(
        code=code, effective__startswith__lt=before, effective__upper_inf=True
    ).first()
    if going_on is not None:
        going_on.effective = DateRange(going_on.starts_on, before)
        going_on.save(update_fields=["effective"])


def _refuse_overlap(rate: ExpenseRate, *, field: str = "starts_on") -> None:
    """Says which rate is in the way. The exclusion constraint holds the rule itself."""
    other = (
        ExpenseRate.objects.filter(code=rate.code, effective__overlap=rate.effective)
        .exclude(pk=rate.pk)
        .first()
    )
    if other is not None:
        end = f"through {words_of_day(other.ends_on)}" if other.ends_on else "until further notice"
        words = format_rate(other.cost_amount.normalize(), other.currency)
        raise NotAUnitRate(
            f"{words} applies from {words_of_day(other.starts_on)} {end}. End that rate, or choose other days.",
            field=field,
        )
