"""Recording expenses: reports and their lines, while they are drafts or were returned."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import actor_name
from core.errors import Conflict, Refusal
from core.exchange import check_rate
from core.money import ZERO, round_amount, round_places
from core.promises import promises
from people.currencies import CODES
from people.models import LegalEntity, StaffMember, User
from people.public_holidays import countries
from projects.access import visible_to as projects_visible_to
from projects.loggable import ProjectIsClosed
from projects.models import Project, Task, WorkClass
from timesheets.expenses.access import require_record
from timesheets.expenses.closed_days import check_days
from timesheets.expenses.costing import cost_lines
from timesheets.models import Expense, ExpenseCode, ExpenseReport

Kind = Expense.Kind
LARGEST = Decimal(10) ** 9


class LineIsNotOpen(Refusal):
    """The line is submitted, approved or paid back."""

    sentence = "This line is {state}. Ask for it to be returned to change it."


class LineChanged(Conflict):
    sentence = "This line was changed meanwhile. Load it again to see what is there now."


class ReportIsNotEmpty(Refusal):
    sentence = "This report has lines. Remove or move them first."


class NotAnExpense(Refusal):
    """A value that no expense has."""


@dataclass(frozen=True)
class Wanted:
    """What is known of a line. Amounts are in `currency`, which is the report's when empty.

    `exchange_rate` is a rate that somebody types instead of the one of the day; None takes that. Flags that are None
    follow the code, the kind and the project. `amount` of a code with units is worked out and ignored here.
    """

    spent_on: date
    kind: str = Kind.EMPLOYEE
    code: ExpenseCode | None = None
    project: Project | None = None
    task: Task | None = None
    work_class: WorkClass | None = None
    vendor: str = ""
    note: str = ""
    country: str = ""
    day_part: str = Expense.DayPart.FULL
    quantity: Decimal = Decimal(1)
    currency: str = ""
    amount: Decimal | None = None
    tax_amount: Decimal = ZERO
    exchange_rate: Decimal | None = None
    is_reimbursable: bool | None = None
    is_billable: bool | None = None

    @classmethod
    def of(cls, line: Expense, **changes: Any) -> "Wanted":
        """The line as it is, but for the changes."""
        values = {each.name: getattr(line, each.name) for each in fields(cls)}
        values["exchange_rate"] = line.exchange_rate if line.is_overridden else None
        return cls(**(values | changes))


def currency_of(staff: StaffMember) -> str:
    """What the person is paid back in: the currency of their company."""
    entity = staff.legal_entity or LegalEntity.objects.get(is_default=True)
    return entity.currency


def open_report(*, staff: StaffMember, title: str, by: User | None) -> ExpenseReport:
    """Begins a report of one person. Raises NotAllowed, NotAnExpense."""
    require_record(by, staff)
    with promises(), transaction.atomic():
        report = ExpenseReport.objects.create(staff=staff, title=_title(title), currency=currency_of(staff))
        audit.acting("expense_report.open", by=by, subject=report, staff=staff.pk)
    return report


def rename_report(*, report: ExpenseReport, title: str, by: User | None) -> ExpenseReport:
    """Gives the report another title."""
    require_record(by, report.staff)
    with promises(), transaction.atomic():
        report = _locked_report(report.pk)
        audit.acting("expense_report.rename", by=by, subject=report)
        report.title = _title(title)
        report.save(update_fields=["title", "updated_at"])
    return report


def remove_report(*, report: ExpenseReport, by: User | None) -> None:
    """Removes an empty report. Raises ReportIsNotEmpty."""
    require_record(by, report.staff)
    with promises(), transaction.atomic():
        report = _locked_report(report.pk)
        if report.expenses.exists():
            raise ReportIsNotEmpty
        audit.acting("expense_report.remove", by=by, subject=report, title=report.title)
        report.delete()


def report_of_month(*, staff: StaffMember, on: date, by: User | None) -> ExpenseReport:
    """The person's report for what is spent in the month: the latest called so that is still open, or a new one.

    Two photographs at once come into one report.
    """
    require_record(by, staff)
    title = f"{on:%B %Y}"
    with transaction.atomic():
        StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=staff.pk)
        known = ExpenseReport.objects.filter(staff=staff, title=title).order_by("-pk").first()
        if known is not None:
            return known
        return open_report(staff=staff, title=title, by=by)


def record_expense(
    *, report: ExpenseReport, wanted: Wanted, by: User | None, on: date, once: UUID | None = None
) -> Expense:
    """Adds a line to the report. `on` is the person's today, after which nothing is dated.

    With `once` the same form sent twice makes one line: the second answer is the first line. A locked day opens for
    whoever may enter there and gives a reason (timesheets.reasons). Raises NotAllowed, NotAnExpense, ProjectIsClosed,
    DayIsLocked.
    """
    require_record(by, report.staff)
    with promises(), transaction.atomic():
        report = _locked_report(report.pk)
        made = Expense.objects.filter(once=once, report=report).first() if once else None
        if made is not None:
            return made
        check_days([wanted.spent_on])
        line = Expense(report=report, once=once, recorded_by_name=actor_name(by)[:120])
        _fill(line, wanted, by, on)
        line.save(force_insert=True)
        audit.acting("expense.record", by=by, subject=line, report=report.pk, amount=line.amount)
    return line


def change_expense(*, expense: Expense, wanted: Wanted, version: int, by: User | None, on: date) -> Expense:
    """Changes a draft or returned line; `version` is the one that was seen.

    Raises LineChanged, LineIsNotOpen, and what `record_expense` raises.
    """
    require_record(by, expense.report.staff)
    with promises(), transaction.atomic():
        line = open_line(expense.pk, version)
        check_days([line.spent_on, wanted.spent_on])
        audit.acting("expense.change", by=by, subject=line)
        _fill(line, wanted, by, on)
        line.version += 1
        line.save()
    return line


def remove_expense(*, expense: Expense, version: int, by: User | None) -> None:
    """Removes a draft or returned line with its receipts; the audit keeps them, and `restoring` brings them back.

    Raises LineChanged, LineIsNotOpen, DayIsLocked.
    """
    require_record(by, expense.report.staff)
    with promises(), transaction.atomic():
        line = open_line(expense.pk, version)
        check_days([line.spent_on])
        audit.acting(
            "expense.remove",
            by=by,
            subject=line,
            report=line.report_id,
            amount=line.amount,
            version=line.version,
        )
        line.delete()


def move_expense(*, expense: Expense, report: ExpenseReport, version: int, by: User | None) -> Expense:
    """Puts a draft or returned line into another report of the same person and currency."""
    require_record(by, expense.report.staff)
    with promises(), transaction.atomic():
        line = open_line(expense.pk, version)
        if report.staff_id != line.report.staff_id or report.currency != line.report.currency:
            raise NotAnExpense(
                "The other report is of somebody else, or in another currency.", field="report"
            )
        check_days([line.spent_on])
        audit.acting("expense.move", by=by, subject=line, report=report.pk)
        line.report, line.version = report, line.version + 1
        line.save(update_fields=["report", "version", "updated_at"])
    return line


def open_line(pk: int, version: int | None = None) -> Expense:
    """The line under lock, to be changed. Raises LineChanged for another version or none, LineIsNotOpen."""
    lines = Expense.objects.select_for_update(of=("self",)).select_related(
        "report__staff", "code", "project__client", "task", "work_class"
    )
    line = lines.filter(pk=pk).first()
    if line is None or (version is not None and line.version != version):
        raise LineChanged
    if not line.is_open:
        raise LineIsNotOpen(state="paid back" if line.reimbursement_id else line.get_state_display().lower())
    return line


def _locked_report(pk: int) -> ExpenseReport:
    return ExpenseReport.objects.select_for_update(of=("self",)).select_related("staff").get(pk=pk)


def _title(title: str) -> str:
    title = " ".join(title.split())[:120]
    if not title:
        raise NotAnExpense("Give the report a title.", field="title")
    return title


def _fill(line: Expense, wanted: Wanted, by: User | None, on: date) -> None:
    _check_place(line, wanted, by)
    _check_values(wanted, line.report, on)
    for name in (
        "spent_on",
        "kind",
        "code",
        "project",
        "task",
        "work_class",
        "quantity",
        "country",
        "day_part",
    ):
        setattr(line, name, getattr(wanted, name))
    line.vendor, line.note = wanted.vendor.strip(), wanted.note.strip()
    line.currency = wanted.currency or line.report.currency
    line.amount, line.tax_amount = wanted.amount, wanted.tax_amount
    line.is_reimbursable = _reimbursable(wanted)
    line.is_billable = _billable(wanted)
    _override(line, wanted, by)
    cost_lines([line])
    _check_amount(line)


def _check_place(line: Expense, wanted: Wanted, by: User | None) -> None:
    """What stays as it was is not asked again: a project may have closed since."""
    project, code = wanted.project, wanted.code
    if project is not None and project.pk != line.project_id:
        if by is not None and not projects_visible_to(by).filter(pk=project.pk).exists():
            raise NotAnExpense("You are not on the team of this project.", field="project")
        if project.state == Project.State.CLOSED:
            raise ProjectIsClosed(project=project.name, field="project")
    if code is not None and code.pk != line.code_id and not code.is_active:
        raise NotAnExpense(f"{code.name} is not offered any more.", field="code")
    if wanted.task is not None and (project is None or wanted.task.project_id != project.pk):
        raise NotAnExpense("This task is of another project.", field="task")


def _check_values(wanted: Wanted, report: ExpenseReport, on: date) -> None:
    currency = wanted.currency or report.currency
    if wanted.spent_on > on:
        raise NotAnExpense(
            "An expense is dated on the day it was paid, not later than today.", field="spent_on"
        )
    if wanted.kind not in Kind.values:
        raise NotAnExpense("There is no such type of expense.", field="kind")
    if wanted.country and wanted.country not in dict(countries()):
        raise NotAnExpense("There is no such country.", field="country")
    if wanted.day_part not in Expense.DayPart.values:
        raise NotAnExpense("There is no such part of a day.", field="day_part")
    if currency not in CODES and currency != report.currency:
        raise NotAnExpense(f"{currency} is not offered as a currency.", field="currency")
    if not 0 < wanted.quantity < LARGEST or wanted.quantity != round_places(wanted.quantity, 2):
        raise NotAnExpense("A quantity is above 0 and has at most 2 decimals.", field="quantity")
    for name, amount in (("amount", wanted.amount), ("tax_amount", wanted.tax_amount)):
        if amount is not None and amount != round_amount(amount, currency):
            raise NotAnExpense(f"{currency} does not have so many decimals.", field=name)
    if wanted.exchange_rate is not None:
        check_rate(wanted.exchange_rate, field="exchange_rate")


def _check_amount(line: Expense) -> None:
    if line.amount is None:
        return
    if not 0 < line.amount < LARGEST:
        raise NotAnExpense("An amount is above 0. What was paid back is a reversing line.", field="amount")
    if not 0 <= line.tax_amount <= line.amount:
        raise NotAnExpense("The tax is part of the amount, so it cannot be more.", field="tax_amount")


def _reimbursable(wanted: Wanted) -> bool:
    if wanted.kind == Kind.SERVICE_FEE:
        if wanted.is_reimbursable:
            raise NotAnExpense("A service fee is internal: nobody is paid back.", field="is_reimbursable")
        return False
    if wanted.is_reimbursable is not None:
        return wanted.is_reimbursable
    return wanted.kind == Kind.EMPLOYEE and (wanted.code is None or wanted.code.is_reimbursable)


def _billable(wanted: Wanted) -> bool:
    can_bill = wanted.project is None or wanted.project.is_billable
    if wanted.is_billable and not can_bill:
        raise NotAnExpense("Nothing of this project is billed to its client.", field="is_billable")
    if wanted.is_billable is not None:
        return wanted.is_billable
    return wanted.project is not None and can_bill and (wanted.code is None or wanted.code.is_billable)


def _override(line: Expense, wanted: Wanted, by: User | None) -> None:
    """A typed rate keeps its author; the same rate typed again keeps the first."""
    if wanted.exchange_rate is None or line.currency == line.report.currency:
        line.exchange_by_name = ""
        return
    if line.is_overridden and line.exchange_rate == wanted.exchange_rate:
        return
    line.exchange_rate = wanted.exchange_rate
    line.exchange_by_name = actor_name(by) or "the system"
    line.exchange_source = f"typed by {line.exchange_by_name}"[:160]
