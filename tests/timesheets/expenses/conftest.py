"""What the tests of expenses share: codes, a report, and short ways to record and submit."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.exchange import Row
from core.exchanging import set_rates
from tests.cast import TODAY, Cast
from tests.timesheets.expenses.files import photograph
from timesheets.expenses.coding import add_unit_rate
from timesheets.expenses.receipts import Upload, add_receipts
from timesheets.expenses.recording import Wanted, open_report, record_expense
from timesheets.expenses.submitting import submit_report
from timesheets.models import Expense, ExpenseCode, ExpenseReport


@pytest.fixture(autouse=True)
def disk(tmp_path: Any, settings: Any) -> Any:
    """Files of a test go to a folder of its own."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def report(cast: Cast) -> ExpenseReport:
    return open_report(staff=cast.member.staff_member, title="Site visit", by=cast.member)


@pytest.fixture
def record(cast: Cast, report: ExpenseReport) -> Callable[..., Expense]:
    """A taxi of 22.00 for the project, without a receipt, unless told otherwise."""

    def call(code: str = "Ground transport", **changes: Any) -> Expense:
        by, on = changes.pop("by", cast.member), changes.pop("on", TODAY)
        into = changes.pop("report", report)
        once = changes.pop("once", None)
        values: dict[str, Any] = {
            "spent_on": TODAY,
            "code": ExpenseCode.objects.get(name=code) if code else None,
            "project": cast.project,
            "amount": Decimal("22.00"),
        }
        return record_expense(report=into, wanted=Wanted(**(values | changes)), by=by, on=on, once=once)

    return call


@pytest.fixture
def with_receipt(cast: Cast) -> Callable[..., Expense]:
    """Puts a photograph on a line; each is another one."""
    numbers = iter(range(1000))

    def call(line: Expense, by: Any = None) -> Expense:
        upload = Upload("photo.jpg", photograph(words=f"Receipt {next(numbers)}"))
        add_receipts(expense=line, uploads=[upload], by=by or cast.member)
        line.refresh_from_db()
        return line

    return call


@pytest.fixture
def submit(cast: Cast) -> Callable[..., list[Expense]]:
    """Submits the report; the lines as they are now."""

    def call(report: ExpenseReport, by: Any = None, **options: Any) -> list[Expense]:
        options.setdefault("acknowledged", True)
        submit_report(report=report, by=by or cast.member, at=timezone.now(), **options)
        return list(report.expenses.order_by("pk"))

    return call


@pytest.fixture
def mileage(cast: Cast) -> ExpenseCode:
    """0.485 a mile, 0.55 to the client, since 1 January."""
    code = ExpenseCode.objects.get(name="Mileage")
    add_unit_rate(
        expense_code=code,
        currency="USD",
        cost_amount=Decimal("0.485"),
        billing_amount=Decimal("0.55"),
        starts_on=date(2026, 1, 1),
        by=cast.finance,
    )
    return code


@pytest.fixture
def euro(firm: Any) -> None:
    """One euro is 1.0842 dollars since the day before yesterday."""
    set_rates(rows=[Row("EUR", "USD", date(2026, 11, 23), Decimal("1.0842"))], source="bank.csv", by=None)
