"""Expenses as approvals sees them, and as a certification hashes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from approvals.ports import Subject
from timesheets.expenses.worth import FirmWorth, firm_worth
from timesheets.models import Expense

KIND = "timesheets.expense"


def subjects_of(expenses: Sequence[Expense]) -> list[Subject]:
    """The lines for approvals, their amounts in the firm's currency. At most two statements.

    Their report's staff member and their project must be loaded.
    """
    firm = firm_worth(expenses)
    return [_subject(expense, firm) for expense in expenses]


def _subject(expense: Expense, firm: FirmWorth) -> Subject:
    return Subject(
        kind=KIND,
        id=expense.pk,
        owner_id=expense.report.staff_id,
        amount=firm.known(expense),
        currency=firm.currency,
        is_billable=expense.is_billable,
        project_id=expense.project_id,
        lead_id=expense.project.lead_id if expense.project else None,
        department_id=expense.report.staff.department_id,
        is_exceptional=expense.needs_second,
    )


def certified_lines(expenses: Iterable[Expense]) -> list[dict[str, Any]]:
    """What is certified of each line, in a fixed order."""
    return [
        {
            "id": expense.pk,
            "staff": expense.report.staff_id,
            "spent_on": expense.spent_on.isoformat(),
            "code": expense.code_id,
            "project": expense.project_id,
            "kind": expense.kind,
            "vendor": expense.vendor,
            "currency": expense.currency,
            "amount": expense.amount,
            "base_amount": expense.base_amount,
            "is_reimbursable": expense.is_reimbursable,
            "is_billable": expense.is_billable,
            "billable_amount": expense.billable_amount,
            "note": expense.note,
            "country": expense.country,
            "day_part": expense.day_part,
        }
        for expense in sorted(expenses, key=lambda expense: expense.pk)
    ]
