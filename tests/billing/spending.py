"""Approved expenses for tests of billing."""

from datetime import date
from decimal import Decimal
from typing import Any

from people.models import User
from projects.models import ContractLine, Project
from tests.billing.work import FIRST
from timesheets.models import Expense, ExpenseCode, ExpenseReport


def spend(
    user: User,
    project: Project,
    price: Any = "100",
    *,
    code: str = "Airfare",
    day: date = FIRST,
    **fields: Any,
) -> Expense:
    """One approved expense that the client pays `price` for, unless told otherwise."""
    report, _ = ExpenseReport.objects.get_or_create(
        staff=user.staff_member, title="Site visits", defaults={"currency": "USD"}
    )
    kind, _ = ExpenseCode.objects.get_or_create(name=code)
    amount = Decimal(price)
    values = {
        "report": report,
        "project": project,
        "code": kind,
        "spent_on": day,
        "currency": "USD",
        "amount": amount,
        "base_amount": amount,
        "is_billable": True,
        "billable_currency": "USD",
        "billable_amount": amount,
        "state": Expense.State.APPROVED,
    }
    return Expense.objects.create(**values | fields)


def reversal(expense: Expense, **fields: Any) -> Expense:
    """The line that takes one back, approved."""
    values = {field.attname: getattr(expense, field.attname) for field in Expense._meta.concrete_fields}
    for name in ("id", "reverses_id", "updated_at", "created_at"):
        del values[name]
    for name in ("quantity", "amount", "base_amount", "billable_amount"):
        values[name] = -values[name]
    return Expense.objects.create(**values | {"reverses": expense} | fields)


def agree(line: ContractLine, method: str, **terms: Any) -> ContractLine:
    """Sets how the line bills expenses."""
    line.expense_method = method
    for name, value in terms.items():
        setattr(line, name, value)
    line.save()
    return line


def lines_of(invoice: Any) -> list[tuple[str, str, Decimal]]:
    return [(line.group, line.description, line.amount) for line in invoice.lines.all()]
