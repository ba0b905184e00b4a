"""Expenses as JSON: amounts are strings with their currency beside them, dates ISO texts, ids numbers."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from approvals.api.dialogues import SaidRow, said_rows
from core.api import Amount, Day, Id, Row, Wish, WishedAmount, words_of
from timesheets.api.schemas import Version
from timesheets.expenses.sheet import Line, loaded, sheets_of
from timesheets.models import Expense, ExpenseLimit, ExpenseMarkup
from timesheets.reasons import LONGEST

State = Annotated[Expense.State, words_of(Expense.State)]
DayPart = Annotated[Expense.DayPart, words_of(Expense.DayPart)]
Kind = Annotated[Expense.Kind, words_of(Expense.Kind)]
LimitKind = Annotated[ExpenseLimit.Kind, words_of(ExpenseLimit.Kind)]
Severity = Annotated[ExpenseLimit.Severity, words_of(ExpenseLimit.Severity)]
MarkupKind = Annotated[ExpenseMarkup.Kind, words_of(ExpenseMarkup.Kind)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Rate = Annotated[Decimal, Field(gt=0, max_digits=20, decimal_places=10)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]


LockedReason = Annotated[
    str,
    Field(max_length=LONGEST, description="Why a locked day is written to, for those with the right to."),
]


class ExpenseReportRow(Schema):
    """A report. `state` is derived from its lines, in words; amounts are in `currency`."""

    id: int
    staff_id: int
    staff_name: str
    title: str
    currency: str
    state: str
    lines: int
    amount: Amount
    reimbursable_amount: Amount
    created_at: datetime
    updated_at: datetime


class ExpenseReportWish(Wish):
    title: Annotated[str, Field(min_length=1, max_length=120)]
    staff_id: Id | None = Field(None, description="By default the person of the token.")


class ExpenseReportChange(Wish):
    title: Annotated[str, Field(min_length=1, max_length=120)]


class ExpenseSubmitWish(Wish):
    acknowledged: bool = Field(False, description="Submits though the firm's policy warns.")
    expense_ids: Ids | None = Field(None, description="By default all drafts and returned lines.")


class ExpenseRecallWish(Wish):
    expense_ids: Ids | None = None


class ExpensesSubmitted(Schema):
    expense_ids: list[int]
    amount: Amount
    currency: str
    waits_for: list[str]


class ExpensesRecalled(Schema):
    expense_ids: list[int]


class ExpenseFindingRow(Schema):
    """What there is to say about a line: WARN is acknowledged, SECOND asks a second approver, BLOCK refuses."""

    kind: str
    severity: str
    message: str


class ReceiptRow(Schema):
    id: int
    name: str
    content_type: str
    size: int


class ExpenseRow(Schema):
    """One line. `base_amount` is in the report's currency, `billable_amount` in the client's."""

    id: int
    report_id: int
    staff_id: int
    staff_name: str
    kind: Kind
    spent_on: date
    code_id: int | None
    code_name: str
    project_id: int | None
    project_name: str
    task_id: int | None
    work_class_id: int | None
    vendor: str
    note: str
    country: str = Field(description="Where a per diem was spent; empty for elsewhere.")
    day_part: DayPart
    quantity: Amount
    unit_cost_amount: Amount | None
    currency: str
    amount: Amount | None
    tax_amount: Amount
    exchange_rate: Amount | None
    exchange_source: str
    exchange_by: str = Field(description="Who typed the rate; empty for the rate of the day.")
    base_currency: str
    base_amount: Amount | None
    is_reimbursable: bool
    is_billable: bool
    billable_currency: str
    billable_amount: Amount | None
    billable_source: str
    state: State
    version: int
    return_reason: str
    said: list[SaidRow] = Field(
        description="Questions, answers and the return, of a line that waits or came back."
    )
    findings: list[ExpenseFindingRow]
    receipts: list[ReceiptRow]
    reimbursement_id: int | None
    reverses_id: int | None
    updated_at: datetime


class ExpenseFields(Wish):
    """What is left out of a new line follows its code, type and project."""

    spent_on: Day
    kind: Kind = Expense.Kind.EMPLOYEE
    code_id: Id | None = None
    project_id: Id | None = None
    task_id: Id | None = None
    work_class_id: Id | None = None
    vendor: Annotated[str, Field(max_length=120)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    day_part: DayPart = Expense.DayPart.FULL
    quantity: WishedAmount = Decimal(1)
    currency: Currency | None = Field(None, description="By default the report's.")
    amount: WishedAmount | None = Field(None, description="Worked out where the code is counted in units.")
    tax_amount: WishedAmount = Decimal(0)
    exchange_rate: Rate | None = Field(
        None, description="Instead of the rate of the day; kept with its author."
    )
    is_reimbursable: bool | None = None
    is_billable: bool | None = None
    reason: LockedReason = ""


class ExpenseWish(ExpenseFields):
    report_id: Id
    once: UUID | None = Field(None, description="The same wish sent twice makes one line.")


class ExpenseChange(ExpenseFields):
    spent_on: Day = date(1970, 1, 1)
    version: Version


class RestoreExpenseWish(Wish):
    reason: LockedReason = ""


class ApprovedExpenseWish(Wish):
    id: Id
    version: Version | None = Field(None, description="The version that was read; another one is skipped.")


class ReimburseWish(Wish):
    expense_ids: Ids
    paid_on: Day
    reference: Annotated[str, Field(max_length=60)] = ""


class ExpenseReasonWish(Wish):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class ReimbursementRow(Row):
    id: int
    staff_id: int
    currency: str
    paid_on: date
    reference: str
    by_name: str
    created_at: datetime


class ExpenseSkippedRow(Schema):
    id: int
    reason: str


class ReimbursedAnswer(Schema):
    reimbursement_ids: list[int]
    expense_ids: list[int]
    skipped: list[ExpenseSkippedRow]


def expense_rows(lines: QuerySet[Expense]) -> list[ExpenseRow]:
    """The lines with receipts, findings and reasons, in the order of their ids. A constant number of statements."""
    found = loaded(lines)
    sheets = sheets_of(found, {line.report_id: line.report for line in found}.values())
    rows = [_row(line.expense, line) for sheet in sheets for line in sheet.lines]
    return sorted(rows, key=lambda row: row.id)


def in_order(rows: Sequence[ExpenseRow], lines: Sequence[Expense]) -> list[ExpenseRow]:
    """The rows as the lines come."""
    by_id = {row.id: row for row in rows}
    return [by_id[line.pk] for line in lines if line.pk in by_id]


def expense_row(pk: int) -> ExpenseRow:
    """One line as it is now."""
    (row,) = expense_rows(Expense.objects.filter(pk=pk))
    return row


PLAIN = (
    *("report_id", "kind", "spent_on", "code_id", "project_id", "task_id", "work_class_id", "vendor", "note"),
    *(
        "country",
        "day_part",
        "quantity",
        "unit_cost_amount",
        "currency",
        "amount",
        "tax_amount",
        "exchange_rate",
        "exchange_source",
    ),
    *("base_amount", "is_reimbursable", "is_billable", "billable_currency", "billable_amount"),
    *("billable_source", "state", "version", "reimbursement_id", "reverses_id", "updated_at"),
)


def _row(expense: Expense, line: Line) -> ExpenseRow:
    findings, receipts, returned = line.findings, line.receipts, line.returned
    return ExpenseRow(
        **{name: getattr(expense, name) for name in PLAIN},
        id=expense.pk,
        staff_id=expense.report.staff_id,
        staff_name=expense.report.staff.name,
        code_name=expense.code.name if expense.code else "",
        project_name=expense.project.name if expense.project else "",
        exchange_by=expense.exchange_by_name,
        base_currency=expense.report.currency,
        return_reason=returned.reason if returned else "",
        said=said_rows(line.dialogue),
        findings=[
            ExpenseFindingRow(kind=each.kind, severity=each.severity, message=each.sentence)
            for each in findings
        ],
        receipts=[
            ReceiptRow(
                id=each.pk, name=each.file.name, content_type=each.file.content_type, size=each.file.size
            )
            for each in receipts
        ],
    )
