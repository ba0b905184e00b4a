"""Expenses as lists of a page: those behind a line of an invoice, and those of a project that are not billed."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from billing import expense_billable
from billing.models import BilledExpense, InvoiceLine
from projects.models import Project
from timesheets.models import Expense

SHOWN = ("code", "report__staff", "task")


def billed_expenses(line: InvoiceLine) -> QuerySet[BilledExpense]:
    """The expenses behind a line, in the order of their days. One statement, one more for receipts."""
    rows = BilledExpense.objects.filter(line=line).select_related(*(f"expense__{name}" for name in SHOWN))
    return rows.prefetch_related("expense__receipts").order_by("expense__spent_on", "expense_id")


def unbilled_expenses(project: Project, through: date) -> QuerySet[Any]:
    """Billable expenses of a project of which something is not billed, whatever their state; held ones too. Adds
    `remaining_amount`."""
    spent = Expense.objects.filter(project=project, spent_on__lte=through)
    found = expense_billable.unbilled(spent).select_related(*SHOWN, "held").prefetch_related("receipts")
    return found.order_by("spent_on", "pk")
