"""Expenses: reports, their lines and receipts, submitting, paying back, reversing."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Query
from ninja.files import UploadedFile

from core import clock
from core.api import ChangedPart, Day, Id, Listing, NotClean, Part, Routes, page
from core.responses import file_response
from people.guards import guarded, signed_in, staff_only
from people.models import User
from projects.access import visible_to as projects_visible_to
from projects.models import Task, WorkClass
from timesheets.access import REIMBURSE
from timesheets.api.expense_schemas import (
    ExpenseChange,
    ExpenseFields,
    ExpenseReasonWish,
    ExpenseRecallWish,
    ExpenseReportChange,
    ExpenseReportRow,
    ExpenseReportWish,
    ExpenseRow,
    ExpenseSkippedRow,
    ExpensesRecalled,
    ExpensesSubmitted,
    ExpenseSubmitWish,
    ExpenseWish,
    ReimbursedAnswer,
    ReimbursementRow,
    ReimburseWish,
    RestoreExpenseWish,
    State,
    expense_row,
    expense_rows,
    in_order,
)
from timesheets.api.schemas import Version
from timesheets.api.whose import reasoned, staff_of, user_of
from timesheets.expenses.access import reports_visible_to, visible_to
from timesheets.expenses.receipts import Upload, add_receipts, remove_receipt, snap_receipt
from timesheets.expenses.recording import (
    Wanted,
    change_expense,
    open_report,
    record_expense,
    remove_expense,
    remove_report,
    rename_report,
)
from timesheets.expenses.reimbursing import mark_reimbursed, reverse_expense
from timesheets.expenses.reports import rows_of
from timesheets.expenses.restoring import removed_from, restore_expense
from timesheets.expenses.submitting import recall_report, submit_report
from timesheets.models import Expense, ExpenseCode, ExpenseReport, Receipt, Reimbursement

routes = Routes("time")


class ReportFilters(ChangedPart):
    staff_id: Id | None = None


class ExpenseFilters(ChangedPart):
    """Which lines are asked for; all that the person may read without one."""

    report_id: Id | None = None
    staff_id: Id | None = None
    project_id: Id | None = None
    state: State | None = None
    first_on: Day | None = None
    last_on: Day | None = None


COLUMNS = {
    "report_id": "report",
    "staff_id": "report__staff",
    "project_id": "project",
    "state": "state",
    "first_on": "spent_on__gte",
    "last_on": "spent_on__lte",
}


def _reports(user: User) -> Any:
    return reports_visible_to(user, clock.today(user)).select_related("staff__user")


def _lines(user: User) -> Any:
    related = ("report__staff__user", "code", "project__client", "task", "work_class")
    return visible_to(user, clock.today(user)).select_related(*related)


def _report_rows(reports: list[ExpenseReport]) -> list[ExpenseReportRow]:
    found = rows_of(
        ExpenseReport.objects.filter(pk__in=[each.pk for each in reports]).select_related("staff")
    )
    by_id = {row.report.pk: row for row in found}
    return [
        ExpenseReportRow(
            id=report.pk,
            staff_id=report.staff_id,
            staff_name=by_id[report.pk].report.staff.name,
            title=report.title,
            currency=report.currency,
            state=by_id[report.pk].standing.words,
            lines=by_id[report.pk].lines,
            amount=by_id[report.pk].amount,
            reimbursable_amount=by_id[report.pk].owed_amount,
            created_at=report.created_at,
            updated_at=report.updated_at,
        )
        for report in reports
    ]


def _report_row(pk: int) -> ExpenseReportRow:
    return _report_rows([ExpenseReport.objects.get(pk=pk)])[0]


@routes.read("/expense-reports", Listing[ExpenseReportRow])
@signed_in
def list_expense_reports(request: HttpRequest, wanted: Query[ReportFilters]) -> dict[str, Any]:
    """Lists the reports that the person may read."""
    rows = _reports(user_of(request))
    if wanted.staff_id is not None:
        rows = rows.filter(staff=wanted.staff_id)
    found = page(rows, wanted)
    return found | {"items": _report_rows(found["items"])}


@routes.write("/expense-reports", ExpenseReportRow, status=201)
@signed_in
def create_expense_report(request: HttpRequest, wish: ExpenseReportWish) -> ExpenseReportRow:
    """Begins a report."""
    staff = staff_of(request, wish.staff_id)
    return _report_row(open_report(staff=staff, title=wish.title, by=user_of(request)).pk)


@routes.read("/expense-reports/{int:report_id}", ExpenseReportRow)
@signed_in
def show_expense_report(request: HttpRequest, report_id: int) -> ExpenseReportRow:
    """Reads one report; its lines are those of /expenses?report_id=."""
    return _report_row(get_object_or_404(_reports(user_of(request)), pk=report_id).pk)


@routes.write("/expense-reports/{int:report_id}", ExpenseReportRow, method="PATCH")
@signed_in
def rename_expense_report(
    request: HttpRequest, report_id: int, wish: ExpenseReportChange
) -> ExpenseReportRow:
    """Gives it another title."""
    report = get_object_or_404(_reports(user_of(request)), pk=report_id)
    rename_report(report=report, title=wish.title, by=user_of(request))
    return _report_row(report_id)


@routes.write("/expense-reports/{int:report_id}", method="DELETE")
@signed_in
def delete_expense_report(request: HttpRequest, report_id: int) -> None:
    """Removes an empty report."""
    remove_report(report=get_object_or_404(_reports(user_of(request)), pk=report_id), by=user_of(request))


@routes.write("/expense-reports/{int:report_id}/submit", ExpensesSubmitted)
@signed_in
def submit_expense_report(request: HttpRequest, report_id: int, wish: ExpenseSubmitWish) -> Any:
    """Submits drafts and returned lines, all or none. Warnings of the policy need `acknowledged`."""
    return submit_report(
        report=get_object_or_404(_reports(user_of(request)), pk=report_id),
        by=user_of(request),
        at=clock.now(),
        acknowledged=wish.acknowledged,
        expense_ids=wish.expense_ids,
    )


@routes.write("/expense-reports/{int:report_id}/recall", ExpensesRecalled)
@signed_in
def recall_expense_report(request: HttpRequest, report_id: int, wish: ExpenseRecallWish) -> dict[str, Any]:
    """Takes waiting lines back to drafts while nobody has decided."""
    report = get_object_or_404(_reports(user_of(request)), pk=report_id)
    ids = recall_report(report=report, by=user_of(request), at=clock.now(), expense_ids=wish.expense_ids)
    return {"expense_ids": ids}


@routes.read("/expenses", Listing[ExpenseRow])
@signed_in
def list_expenses(request: HttpRequest, wanted: Query[ExpenseFilters]) -> dict[str, Any]:
    """Lists the lines that the person may read, with findings and receipts."""
    asked = {column: getattr(wanted, name) for name, column in COLUMNS.items()}
    rows = visible_to(user_of(request), clock.today(user_of(request)))
    found = page(rows.filter(**{name: value for name, value in asked.items() if value is not None}), wanted)
    ids = [line.pk for line in found["items"]]
    return found | {"items": in_order(expense_rows(Expense.objects.filter(pk__in=ids)), found["items"])}


@routes.write("/expenses", ExpenseRow, status=201)
@signed_in
@reasoned
def create_expense(request: HttpRequest, wish: ExpenseWish) -> ExpenseRow:
    """Adds a line to a report."""
    user = user_of(request)
    report = get_object_or_404(_reports(user), pk=wish.report_id)
    values = _values(user, wish, {"report_id", "once", "reason"})
    line = record_expense(
        report=report, wanted=Wanted(**values), by=user, on=clock.today(user), once=wish.once
    )
    return expense_row(line.pk)


@routes.read("/expenses/{int:expense_id}", ExpenseRow)
@signed_in
def show_expense(request: HttpRequest, expense_id: int) -> ExpenseRow:
    """Reads one line."""
    return expense_row(get_object_or_404(_lines(user_of(request)), pk=expense_id).pk)


@routes.write("/expenses/{int:expense_id}", ExpenseRow, method="PATCH")
@signed_in
@reasoned
def change_one_expense(request: HttpRequest, expense_id: int, wish: ExpenseChange) -> ExpenseRow:
    """Changes a draft or returned line: what is given, the rest stays."""
    user = user_of(request)
    line = get_object_or_404(_lines(user), pk=expense_id)
    wanted = Wanted.of(line, **_values(user, wish, {"version", "reason"}))
    change_expense(expense=line, wanted=wanted, version=wish.version, by=user, on=clock.today(user))
    return expense_row(expense_id)


@routes.write("/expenses/{int:expense_id}", method="DELETE")
@signed_in
@reasoned
def delete_expense(request: HttpRequest, expense_id: int, version: Query[Version], reason: str = "") -> None:
    """Removes a draft or returned line with its receipts. It can be brought back with `restore`."""
    line = get_object_or_404(_lines(user_of(request)), pk=expense_id)
    remove_expense(expense=line, version=version, by=user_of(request))


@routes.write("/expenses/{int:expense_id}/restore", ExpenseRow)
@signed_in
@reasoned
def restore_one_expense(request: HttpRequest, expense_id: int, wish: RestoreExpenseWish) -> ExpenseRow:
    """Brings a removed line back with its receipts, as it was."""
    get_object_or_404(_reports(user_of(request)), pk=removed_from(expense_id) or 0)
    return expense_row(restore_expense(expense_id=expense_id, by=user_of(request)).pk)


CHOICES = {"task_id": Task.objects, "work_class_id": WorkClass.objects, "code_id": ExpenseCode.objects}


def _values(user: User, wish: ExpenseFields, without: set[str]) -> dict[str, Any]:
    """What is given, ids as the things that they name. Raises NotClean for one that is not there."""
    given = wish.model_dump(exclude_unset=True, exclude=without)
    sources = CHOICES | {"project_id": projects_visible_to(user).select_related("client")}
    for name, rows in sources.items():
        if name in given:
            key = given.pop(name)
            found = rows.filter(pk=key).first() if key is not None else None
            if key is not None and found is None:
                raise NotClean([(name, f"There is no {key}, or you may not see it.")])
            given[name.removesuffix("_id")] = found
    if "currency" in given:
        given["currency"] = given["currency"] or ""
    return given


@routes.write("/expenses/{int:expense_id}/receipts", ExpenseRow)
@signed_in
def upload_receipt(request: HttpRequest, expense_id: int, receipt: File[UploadedFile]) -> ExpenseRow:
    """Adds a JPEG, PNG, HEIC or PDF of 12 MB at most, as multipart/form-data."""
    line = get_object_or_404(_lines(user_of(request)), pk=expense_id)
    upload = Upload(receipt.name or "receipt", receipt.read())
    add_receipts(expense=line, uploads=[upload], by=user_of(request))
    return expense_row(expense_id)


@routes.write("/receipts", ExpenseRow, status=201)
@staff_only
def snap_one_receipt(request: HttpRequest, receipt: File[UploadedFile]) -> ExpenseRow:
    """Makes a draft of this month's report from one photograph or PDF, as multipart/form-data."""
    user = user_of(request)
    upload = Upload(receipt.name or "receipt", receipt.read())
    line = snap_receipt(staff=staff_of(request, None), uploads=[upload], by=user, on=clock.today(user))
    return expense_row(line.pk)


@routes.read("/receipts/{int:receipt_id}", None)
@signed_in
def show_receipt(request: HttpRequest, receipt_id: int) -> HttpResponseBase:
    """The file itself."""
    found = Receipt.objects.filter(expense__in=_lines(user_of(request))).select_related("file")
    return file_response(get_object_or_404(found, pk=receipt_id).file)


@routes.write("/receipts/{int:receipt_id}", method="DELETE")
@signed_in
def delete_receipt(request: HttpRequest, receipt_id: int) -> None:
    """Takes a file off a draft or returned line."""
    found = Receipt.objects.filter(expense__in=_lines(user_of(request)))
    related = found.select_related("file", "expense__report__staff__user")
    remove_receipt(receipt=get_object_or_404(related, pk=receipt_id), by=user_of(request))


@routes.read("/reimbursements", Listing[ReimbursementRow])
@guarded(REIMBURSE)
def list_reimbursements(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Lists what was paid back."""
    return page(Reimbursement.objects.all(), part)


@routes.write("/reimbursements", ReimbursedAnswer, status=201)
@guarded(REIMBURSE)
def create_reimbursements(request: HttpRequest, wish: ReimburseWish) -> ReimbursedAnswer:
    """Notes that approved lines were paid back: one payment for each person and currency."""
    user = user_of(request)
    done = mark_reimbursed(
        expense_ids=wish.expense_ids,
        paid_on=wish.paid_on,
        reference=wish.reference,
        by=user,
        on=clock.today(user),
        at=clock.now(),
    )
    return ReimbursedAnswer(
        reimbursement_ids=[payment.pk for payment in done.reimbursements],
        expense_ids=done.expense_ids,
        skipped=[ExpenseSkippedRow(id=pk, reason=why) for pk, why in done.skipped.items()],
    )


@routes.write("/expenses/{int:expense_id}/reverse", ExpenseRow, status=201)
@guarded(REIMBURSE)
def reverse_one_expense(request: HttpRequest, expense_id: int, wish: ExpenseReasonWish) -> ExpenseRow:
    """Makes the line that takes an approved one back."""
    user = user_of(request)
    line = get_object_or_404(_lines(user), pk=expense_id)
    twin = reverse_expense(expense=line, reason=wish.reason, by=user, on=clock.today(user), at=clock.now())
    return expense_row(twin.pk)
