"""Expenses that credit memos give back: which of a line, and what is left of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing import expense_billable
from billing.models import BilledExpense, CreditedExpense, CreditMemo, Invoice
from core.money import ZERO, round_amount
from timesheets.models import Expense


@dataclass(frozen=True)
class ExpenseLeft:
    """What of a billed expense's price no credit memo gives back yet; below zero for one that takes another back."""

    billed_id: int
    amount: Decimal


def expenses_left(invoice: Invoice, others: QuerySet[CreditMemo]) -> dict[int, list[ExpenseLeft]]:
    """By line, in the order of their days, after those credit memos. Two statements, one without expenses."""
    rows = list(
        BilledExpense.objects.filter(line__invoice=invoice)
        .order_by("expense__spent_on", "expense_id")
        .values_list("line_id", "pk", "amount")
    )
    if not rows:
        return {}
    given = dict(
        CreditedExpense.objects.filter(credit_line__credit__in=others)
        .order_by()
        .values_list("billed")
        .annotate(sum=Sum("amount"))
    )
    found: defaultdict[int, list[ExpenseLeft]] = defaultdict(list)
    for line_id, pk, amount in rows:
        found[line_id].append(ExpenseLeft(pk, amount - given.get(pk, ZERO)))
    return found


def given_back(
    expenses: Sequence[ExpenseLeft], credited: Decimal, left: Decimal, *, is_expense: bool, currency: str
) -> dict[int, Decimal]:
    """What goes back of each billed expense when `credited` of what is `left` of their line is.

    All of it with all of the line. Of a part as large a share of the prices, rounded once, the latest expenses first;
    what fees include goes back with all of the fee alone.
    """
    if credited == left:
        return {each.billed_id: each.amount for each in expenses if each.amount}
    if not is_expense or not left:
        return {}
    whole = sum((each.amount for each in expenses), ZERO)
    wanted = round_amount(whole * credited / left, currency)
    chosen: dict[int, Decimal] = {}
    for each in reversed(expenses):
        # A line may hold expenses and what takes others back: each goes back towards what is wanted, or stays.
        taken = min(each.amount, wanted) if wanted > 0 else max(each.amount, wanted)
        if taken and (taken > 0) == (wanted > 0):
            chosen[each.billed_id] = taken
            wanted -= taken
    return chosen


def lock_expenses(credit: CreditMemo) -> None:
    """Locks the expenses that the credit memo gives back: after time, before invoices."""
    billed = CreditedExpense.objects.filter(credit_line__credit=credit).values("billed__expense")
    expense_billable.lock(Expense.objects.filter(pk__in=billed))


def release_expenses(credit: CreditMemo) -> None:
    """What is billed less what issued credit memos give back; all given back, it bills nothing. One statement."""
    issued = CreditedExpense.objects.filter(
        billed=OuterRef("pk"), credit_line__credit__state=CreditMemo.State.ISSUED
    )
    given = issued.order_by().values("billed").annotate(sum=Sum("amount")).values("sum")
    nothing = Value(Decimal(ZERO), output_field=expense_billable.MONEY)
    rows: QuerySet[Any] = BilledExpense.objects.filter(
        pk__in=CreditedExpense.objects.filter(credit_line__credit=credit).values("billed")
    )
    rows.annotate(given=Coalesce(Subquery(given, output_field=expense_billable.MONEY), nothing)).update(
        released_amount=F("given"), is_live=Case(When(amount=F("given"), then=False), default=True)
    )


def write_credited(rows: Iterable[tuple[Any, dict[int, Decimal]]]) -> None:
    """Writes what lines of a credit memo give back. One statement where there is anything."""
    CreditedExpense.objects.bulk_create(
        CreditedExpense(credit_line=line, billed_id=billed_id, amount=amount)
        for line, expenses in rows
        for billed_id, amount in expenses.items()
    )
