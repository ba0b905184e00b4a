"""Paying expenses back, and reversing what was paid or billed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from core import audit
from core.actors import actor_name
from core.errors import Refusal
from core.money import ZERO, format_amount
from core.promises import promises
from people.access import require
from people.models import User
from timesheets.access import REIMBURSE
from timesheets.expenses.events import expenses_reimbursed
from timesheets.expenses.values import total
from timesheets.models import Expense, Reimbursement

State = Expense.State


class NothingToReimburse(Refusal):
    """None of the lines is to be paid back."""

    sentence = "There is nothing to pay back: these lines are paid already, or not approved."


class PaidInTheFuture(Refusal):
    sentence = "The day of the payment is after today."


class NotReversible(Refusal):
    """The line can be corrected in another way, or was reversed already."""


class ReasonIsMissing(Refusal):
    sentence = "Say why the line is reversed."


@dataclass
class Reimbursed:
    """What was paid: one payment for each person and currency; lines that were skipped with the reason."""

    reimbursements: list[Reimbursement] = field(default_factory=list)
    expense_ids: list[int] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)


def mark_reimbursed(
    *,
    expense_ids: Sequence[int],
    paid_on: date,
    by: User | None,
    on: date,
    at: datetime,
    reference: str = "",
) -> Reimbursed:
    """Notes that approved lines were paid back; they are locked from now on, their receipts too.

    One payment for each person and currency. What is paid, not approved or not to be paid back is skipped; so are all
    lines of a person whose reversed lines come to more than the rest. `on` is today. Raises NotAllowed,
    NothingToReimburse, PaidInTheFuture.
    """
    require(by, REIMBURSE)
    if paid_on > on:
        raise PaidInTheFuture(field="paid_on")
    with promises(), transaction.atomic():
        lines = list(
            Expense.objects.select_for_update(of=("self",))
            .filter(pk__in=expense_ids)
            .select_related("report__staff__user")
            .order_by("pk")
        )
        result = Reimbursed()
        groups = _groups(lines, result)
        if not groups:
            raise NothingToReimburse(next(iter(result.skipped.values()), ""))
        audit.acting("expense.reimburse", by=by, expense_ids=[line.pk for each in groups for line in each])
        for group in groups:
            _pay(group, paid_on, reference, by, result)
        expenses_reimbursed.send(sender=Reimbursement, reimbursements=result.reimbursements, by=by, at=at)
    return result


def _groups(lines: Sequence[Expense], result: Reimbursed) -> list[list[Expense]]:
    by_person: dict[tuple[int, str], list[Expense]] = {}
    for line in lines:
        if why := _why_not(line):
            result.skipped[line.pk] = why
        else:
            by_person.setdefault((line.report.staff_id, line.report.currency), []).append(line)
    groups = []
    for (_, currency), group in by_person.items():
        owed = total(line.base_amount for line in group)
        if owed < ZERO:
            words = f"{group[0].report.staff} was paid {format_amount(-owed, currency)} more than these lines come to."
            result.skipped |= dict.fromkeys((line.pk for line in group), words)
        else:
            groups.append(group)
    return groups


def _why_not(line: Expense) -> str:
    if line.reimbursement_id is not None:
        return "It was paid back already."
    if line.state != State.APPROVED:
        return "It is not approved."
    return "" if line.is_reimbursable else "Nobody is to be paid back for it."


def _pay(
    group: Sequence[Expense], paid_on: date, reference: str, by: User | None, result: Reimbursed
) -> None:
    payment = Reimbursement.objects.create(
        staff=group[0].report.staff,
        currency=group[0].report.currency,
        paid_on=paid_on,
        reference=reference.strip()[:60],
        by_name=actor_name(by),
    )
    ids = [line.pk for line in group]
    Expense.objects.filter(pk__in=ids).update(reimbursement=payment, version=F("version") + 1)
    result.reimbursements.append(payment)
    result.expense_ids += ids


REVERSED = (
    *("report_id", "kind", "code_id", "project_id", "task_id", "work_class_id", "vendor", "currency"),
    *("unit_cost_amount", "unit_billing_amount", "unit_rate_id", "exchange_rate", "exchange_source"),
    *("exchange_by_name", "is_reimbursable", "is_billable", "billable_currency"),
)


def reverse_expense(*, expense: Expense, reason: str, by: User | None, on: date, at: datetime) -> Expense:
    """Makes the line that takes an approved one back: the same amounts below zero, dated today, approved with it.

    For lines that cannot be returned any more, because they were paid back or billed. What the person is to give back
    is deducted from their next payment; what was billed is credited with the project's next bill. Raises NotAllowed,
    NotReversible, ReasonIsMissing.
    """
    require(by, REIMBURSE)
    if not reason.strip():
        raise ReasonIsMissing(field="reason")
    with promises(), transaction.atomic():
        line = Expense.objects.select_for_update(of=("self",)).get(pk=expense.pk)
        if line.state != State.APPROVED or line.reverses_id is not None:
            raise NotReversible("Only an approved line is reversed; any other can be changed or returned.")
        if Expense.objects.filter(reverses=line).exists():
            raise NotReversible("This line was reversed already.")
        audit.acting("expense.reverse", by=by, subject=line, why=reason.strip(), amount=line.amount)
        twin = Expense(
            **{name: getattr(line, name) for name in REVERSED},
            reverses=line,
            spent_on=on,
            note=f"Reverses {line.spent_on.day} {line.spent_on:%b %Y}: {reason.strip()}"[:1000],
            quantity=-line.quantity,
            amount=-line.amount if line.amount is not None else None,
            tax_amount=-line.tax_amount,
            base_amount=-line.base_amount if line.base_amount is not None else None,
            billable_amount=-line.billable_amount if line.billable_amount is not None else None,
            billable_source=f"Reverses {line.billable_source}"[:240] if line.billable_source else "",
            state=State.APPROVED,
            recorded_by_name=actor_name(by)[:120],
        )
        twin.save(force_insert=True)
    return twin
