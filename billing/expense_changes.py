"""What recalculating a stale draft would change of its expenses, before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import BilledExpense, Invoice
from billing.pricing.work import BilledPart, Priced
from core.money import ZERO
from timesheets.models import Expense


@dataclass(frozen=True)
class ExpenseChange:
    """An expense as it stands on the draft and as it is now; `after_amount` is None when it drops off."""

    expense_id: int
    code_name: str
    vendor: str
    staff_name: str
    spent_on: date
    before_amount: Decimal
    after_amount: Decimal | None
    reason: str

    @property
    def difference(self) -> Decimal:
        return (self.after_amount or ZERO) - self.before_amount


def expense_changes(invoice: Invoice, priced: Priced) -> list[ExpenseChange]:
    """The expenses that change; `priced` is what the draft would come to. One statement."""
    rows: dict[int, list[BilledExpense]] = {}
    billed = BilledExpense.objects.filter(line__invoice=invoice).select_related(
        "expense__code", "expense__report__staff", "line"
    )
    for row in billed.order_by("expense__spent_on", "expense_id"):
        rows.setdefault(row.expense_id, []).append(row)
    now: dict[int, list[tuple[str, BilledPart]]] = {}
    for line in priced.lines:
        for part in line.expenses:
            now.setdefault(part.work.expense_id, []).append((line.key, part))
    held = {part.work.expense_id: part.reason for part in priced.held_expenses}
    return [
        change
        for pk, mine in rows.items()
        if (change := _compare(invoice, mine, now.get(pk, []), held.get(pk, ""))) is not None
    ]


def _compare(
    invoice: Invoice, rows: Sequence[BilledExpense], now: Sequence[tuple[str, BilledPart]], held: str
) -> ExpenseChange | None:
    before = sum((row.billed_amount for row in rows), ZERO)
    if not now:
        return _change(rows[0].expense, before, None, held or _why_gone(rows[0].expense, invoice))
    after = sum((part.billed_amount for _, part in now), ZERO)
    was = {(row.line.work_key, row.amount, row.billed_amount) for row in rows if row.is_live}
    if was == {(key, part.amount, part.billed_amount) for key, part in now}:
        return None
    reason = "Amount changed" if before != after else "Moves to another line"
    return _change(rows[0].expense, before, after, reason)


def _why_gone(expense: Expense, invoice: Invoice) -> str:
    if expense.state != Expense.State.APPROVED:
        return "No longer approved"
    if expense.project_id != invoice.project_id:
        return "Moved to another project"
    if not expense.is_billable or not expense.billable_amount:
        return "No longer billable"
    return "Not billed any more, or on another invoice"


def _change(expense: Expense, before: Decimal, after: Decimal | None, reason: str) -> ExpenseChange:
    return ExpenseChange(
        expense_id=expense.pk,
        code_name=expense.code.name if expense.code else "",
        vendor=expense.vendor,
        staff_name=expense.report.staff.name,
        spent_on=expense.spent_on,
        before_amount=before,
        after_amount=after,
        reason=reason,
    )
