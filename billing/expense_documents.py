"""What an invoice says about expenses behind its lines: their appendix, and the receipts that go along."""

from collections.abc import Sequence
from typing import Any

from billing.models import BilledExpense, Invoice, InvoiceLine
from core.files import PDF
from core.money import allocate
from timesheets.models import Expense


def expense_content(invoice: Invoice, lines: Sequence[InvoiceLine], *, has_appendix: bool) -> dict[str, Any]:
    """Empty where no line bills expenses. Amounts are texts of decimals, days are ISO texts. Two statements at most."""
    wanted = {line.pk for line in lines if line.is_expense}
    if not wanted or not (has_appendix or invoice.shows_receipts):
        return {}
    rows: dict[int, list[BilledExpense]] = {}
    billed = BilledExpense.objects.filter(line__in=wanted).select_related("expense__report__staff")
    if invoice.shows_receipts:
        billed = billed.prefetch_related("expense__receipts__file", "expense__receipts__preview")
    for row in billed.order_by("expense__spent_on", "expense_id"):
        rows.setdefault(row.line_id, []).append(row)
    content: dict[str, Any] = {}
    if has_appendix:
        content["expense_appendix"] = [
            _section(line, rows[line.pk], invoice.currency) for line in lines if line.pk in rows
        ]
    if invoice.shows_receipts:
        content["receipts"] = [
            receipt for line in lines for row in rows.get(line.pk, []) for receipt in _receipts(row.expense)
        ]
    return content


def _section(line: InvoiceLine, rows: Sequence[BilledExpense], currency: str) -> dict[str, Any]:
    """A write-down of the line is spread over its expenses by value, so that they add up to it."""
    amounts = [row.billed_amount for row in rows]
    if line.amount != line.computed_amount and any(amounts):
        amounts = allocate(line.amount, amounts, currency)
    return {
        "group": line.group,
        "description": line.description,
        "amount": f"{line.amount.normalize():f}",
        "expenses": [
            {
                "day": row.expense.spent_on.isoformat(),
                "person": row.expense.report.staff.name,
                "vendor": row.expense.vendor,
                "note": row.expense.note,
                "amount": f"{amount.normalize():f}",
            }
            for row, amount in zip(rows, amounts, strict=True)
        ],
    }


def _receipts(expense: Expense) -> list[dict[str, Any]]:
    """Pictures are printed, from the copy that can be shown where there is one; PDFs go along as files."""
    found = []
    for receipt in expense.receipts.all():
        shown = receipt.preview or receipt.file
        found.append(
            {
                "file_id": shown.pk,
                "is_picture": shown.content_type != PDF,
                "name": receipt.file.name,
                "day": expense.spent_on.isoformat(),
                "vendor": expense.vendor,
            }
        )
    return found
