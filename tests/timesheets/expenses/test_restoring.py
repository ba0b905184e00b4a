"""A removed line comes back as it was, with its receipts, once."""

from typing import Any

import pytest
from django.urls import reverse

from core.errors import NotAllowed
from tests.cast import TODAY, Cast
from timesheets.expenses.recording import remove_expense, remove_report
from timesheets.expenses.restoring import IsBackAlready, NothingToRestore, restore_expense
from timesheets.models import Expense, ExpenseReport, Receipt

HTMX = {"HX-Request": "true"}


def values(line: Expense) -> dict[str, Any]:
    return {
        field.attname: getattr(line, field.attname)
        for field in Expense._meta.concrete_fields
        if field.attname not in ("version", "updated_at")
    }


def test_a_line_comes_back_as_it_was(record: Any, with_receipt: Any, euro: None, cast: Cast) -> None:
    line = with_receipt(record(currency="EUR", vendor="Café Ä", note="Lunch"))
    before, files = values(line), set(line.receipts.values_list("pk", "file", "sha256", "thumbnail"))
    remove_expense(expense=line, version=line.version, by=cast.member)
    assert not Expense.objects.exists()
    assert not Receipt.objects.exists()
    with pytest.raises(NotAllowed):
        restore_expense(expense_id=line.pk, by=cast.manager)
    restore_expense(expense_id=line.pk, by=cast.member)
    back = Expense.objects.get()
    assert values(back) == before
    assert back.version == line.version + 1
    assert set(back.receipts.values_list("pk", "file", "sha256", "thumbnail")) == files
    with pytest.raises(IsBackAlready):
        restore_expense(expense_id=line.pk, by=cast.member)


def test_there_is_nothing_without_the_report(record: Any, report: ExpenseReport, cast: Cast) -> None:
    line = record()
    with pytest.raises(NothingToRestore):
        restore_expense(expense_id=line.pk + 1, by=cast.member)
    remove_expense(expense=line, version=1, by=cast.member)
    remove_report(report=report, by=cast.member)
    with pytest.raises(NothingToRestore):
        restore_expense(expense_id=line.pk, by=cast.member)


def test_undo_over_http(record: Any, cast: Cast, web: Any, report: ExpenseReport) -> None:
    line, member = record(spent_on=TODAY), web(cast.member)
    removing = reverse("timesheets:expense-line-remove", args=[line.pk])
    gone = member.post(removing, {"version": line.version}, headers=HTMX)
    assert gone.headers["HX-Redirect"] == reverse("timesheets:expense-report", args=[report.pk])
    restoring = reverse("timesheets:expense-line-restore", args=[line.pk])
    assert restoring in member.get(gone.headers["HX-Redirect"]).text
    assert web(cast.finance).post(restoring).status_code in (403, 404)
    assert member.post(restoring, headers=HTMX).headers["HX-Redirect"].endswith(f"?line={line.pk}")
    assert Expense.objects.get().vendor == line.vendor
    assert member.post(restoring, headers=HTMX).status_code == 422
    assert member.post(reverse("timesheets:expense-line-restore", args=[10**9])).status_code == 404
