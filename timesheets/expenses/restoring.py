"""Bringing back a line that was just removed, with its receipts: the inverse of removing."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction

from core import audit
from core.errors import Refusal
from core.models import Change
from core.promises import promises
from people.models import User
from timesheets.expenses.access import require_record
from timesheets.expenses.closed_days import check_days
from timesheets.models import Expense, ExpenseReport, Receipt

Row = TypeVar("Row", bound=models.Model)


class NothingToRestore(Refusal):
    sentence = "This cannot be brought back any more."


class IsBackAlready(Refusal):
    sentence = "This line was brought back already."


def removed_from(expense_id: int) -> int | None:
    """The report that a removed line was in, as far as the audit knows. One statement."""
    change = _removed(expense_id)
    return int(change.old["report_id"]) if change else None


def restore_expense(*, expense_id: int, by: User | None) -> Expense:
    """Brings a removed line back from the audit under its own id, with its receipts, its amounts as they were.

    Raises NothingToRestore, IsBackAlready, NotAllowed, DayIsLocked.
    """
    with promises(), transaction.atomic():
        change = _removed(expense_id)
        reports = ExpenseReport.objects.select_for_update(of=("self",)).select_related("staff")
        report = reports.filter(pk=change.old["report_id"]).first() if change else None
        if change is None or report is None:
            raise NothingToRestore
        require_record(by, report.staff)
        if Expense.objects.filter(pk=expense_id).exists():
            raise IsBackAlready
        line = _row_of(Expense, expense_id, change.old)
        # The record of changes leaves versions out.
        facts = change.action.facts if change.action else {}
        line.version = facts.get("version", 0) + 1
        check_days([line.spent_on])
        audit.acting("expense.restore", by=by, subject=line, report=report.pk, amount=line.amount)
        line.save(force_insert=True)
        gone = Change.objects.filter(
            action=change.action_id, table_name=Receipt._meta.db_table, new__isnull=True
        )
        for receipt in gone.order_by("pk"):
            if receipt.old["expense_id"] == expense_id:
                _row_of(Receipt, int(receipt.row_id), receipt.old).save(force_insert=True)
    return line


def _removed(expense_id: int) -> Change | None:
    """What the audit kept of the line when it was removed last, by somebody and not past all operations."""
    found = Change.objects.select_related("action").filter(
        table_name=Expense._meta.db_table,
        row_id=str(expense_id),
        new__isnull=True,
        action__verb="expense.remove",
    )
    return found.order_by("-pk").first()


def _row_of(model: type[Row], pk: int, old: Mapping[str, Any]) -> Row:
    """The row as it was: the audit keeps columns as JSON. Columns that it does not know take their default."""
    fields = [field for field in model._meta.concrete_fields if field.attname in old]
    return model(**({field.attname: field.to_python(old[field.attname]) for field in fields} | {"pk": pk}))
