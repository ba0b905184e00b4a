"""The pages of expenses over HTTP: from a photograph to the money, who sees what, and what a page costs."""

import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.models import Step
from core.models import Mail
from tests.cast import PASSWORD, Cast, add_person
from tests.timesheets.expenses.files import HEIC, PDF, photograph
from tests.timesheets.expenses.test_submitting import limit
from timesheets.expenses.recording import open_report
from timesheets.models import Expense, ExpenseCode, ExpenseReport, Receipt, Reimbursement

D = Decimal
HTMX = {"HX-Request": "true"}


def now() -> date:
    """The pages look at the clock: the real today, in the person's own zone."""
    return timezone.localdate(timezone=ZoneInfo("America/New_York"))


def url(name: str, *args: Any) -> str:
    return reverse(f"timesheets:{name}", urlconf="psa.urls_firm", args=args)


def upload(content: bytes, name: str = "IMG.jpg") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def fields(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "spent_on": now().isoformat(),
        "code": ExpenseCode.objects.get(name="Ground transport").pk,
        "project": cast.project.pk,
        "amount": "22.00",
        "currency": "USD",
        "kind": "EMPLOYEE",
        "is_reimbursable": "on",
        "is_billable": "on",
    } | changes


@pytest.fixture
def member(web: Any, cast: Cast) -> Any:
    return web(cast.member)


@pytest.fixture
def manager(web: Any, cast: Cast) -> Any:
    return web(cast.manager)


@pytest.fixture
def finance(web: Any, cast: Cast) -> Any:
    return web(cast.finance)


def seen(*lines: Expense) -> str:
    return ",".join(f"{line.pk}.{line.version}" for line in lines)


def test_from_a_photograph_to_the_money(member: Any, manager: Any, finance: Any, cast: Cast) -> None:
    """The whole way through the pages: snap, type, submit, approve, pay back."""
    begun = member.get(url("expenses")).text
    assert "No expenses yet" in begun
    # The camera's form carries its token: the browser sends it as it stands.
    form = begun[begun.index("data-snap>") :]
    assert "csrfmiddlewaretoken" in form[: form.index("</form>")]
    taken = member.post(url("expense-snap"), {"receipt": upload(photograph())})
    line = Expense.objects.get()
    assert taken["Location"] == f"{url('expense-report', line.report_id)}?line={line.pk}"
    body = member.get(taken["Location"]).text
    assert "Type what was paid." in body
    assert "Receipt to be sorted" in body
    saved = member.post(url("expense-line", line.pk), fields(cast, amount="31.00", version="2"), headers=HTMX)
    assert (saved.status_code, json.loads(saved["HX-Trigger"])["psa:toast"]["text"]) == (
        200,
        "The line is saved.",
    )
    line.refresh_from_db()
    dialog = member.get(url("expense-submit", line.report_id), headers=HTMX).text
    assert "Submit 1 line?" in dialog
    assert "Goes to Dana Ruiz" in dialog
    member.post(url("expense-submit", line.report_id), {"lines": seen(line)}, headers=HTMX)
    line.refresh_from_db()
    assert line.state == "SUBMITTED"
    assert "Waits for Dana Ruiz" in member.get(url("expense-report", line.report_id)).text
    queue = manager.get(url("expense-approvals")).text
    assert "1 clean report, $31.00" in queue
    assert "Approve 1 clean report" in queue
    answer = manager.post(url("expense-approve"), {"lines": seen(line)}, headers=HTMX)
    assert "Every expense is decided" in answer.text
    line.refresh_from_db()
    assert line.state == "APPROVED"
    owed = finance.get(url("reimbursements")).text
    assert "Priya Raman" in owed
    finance.post(
        url("reimburse"),
        {"lines": seen(line), "paid_on": now().isoformat(), "reference": "Payroll 24"},
        headers=HTMX,
    )
    assert Reimbursement.objects.get().expenses.get() == line
    assert "Payroll 24" in finance.get(f"{url('reimbursements')}?is=paid").text
    assert "Paid back" in member.get(url("expense-report", line.report_id)).text


def test_what_is_wrong_stands_at_its_field(member: Any, report: ExpenseReport, cast: Cast) -> None:
    answer = member.post(
        url("expense-add", report.pk), fields(cast, amount="1,5", vendor="Harbor Taxi"), headers=HTMX
    )
    assert answer.status_code == 422
    assert "is not an amount" in answer.text
    assert 'value="Harbor Taxi"' in answer.text
    answer = member.post(
        url("expense-add", report.pk), fields(cast, spent_on=f"{now() + timedelta(days=2)}"), headers=HTMX
    )
    assert "not later than today" in answer.text
    assert not Expense.objects.exists()


def test_a_bad_file_keeps_the_line_from_being_half_made(
    member: Any, report: ExpenseReport, cast: Cast
) -> None:
    values = fields(cast, receipt=upload(b"no picture"))
    assert member.post(url("expense-add", report.pk), values, headers=HTMX).status_code == 422
    assert not Expense.objects.exists()
    values["receipt"] = [upload(photograph()), upload(PDF, "hotel.pdf")]
    answer = member.post(url("expense-add", report.pk), values | {"next": "1"}, headers=HTMX)
    assert "New line" in answer.text
    assert Receipt.objects.count() == 2


def test_the_form_sent_twice_makes_one_line(member: Any, report: ExpenseReport, cast: Cast) -> None:
    values = fields(cast, once="0b7e6a52-6a9e-4f0e-9f5d-2f0f2f6f1c11")
    for _ in range(2):
        member.post(url("expense-add", report.pk), values, headers=HTMX)
    assert Expense.objects.count() == 1


def test_receipts_are_for_those_who_may_see_the_line(
    web: Any, member: Any, manager: Any, finance: Any, record: Any, cast: Cast
) -> None:
    line = record()
    member.post(url("expense-receipts", line.pk), {"receipt": upload(HEIC, "IMG_2.HEIC")}, headers=HTMX)
    receipt = Receipt.objects.get()
    paths = [url("receipt", receipt.pk), url("receipt-thumbnail", receipt.pk)]
    for browser in (member, manager, finance, web(cast.owner)):
        assert [browser.get(path).status_code for path in paths] == [200, 200]
    shown = member.get(f"{paths[0]}?shown")
    assert (shown["Content-Type"], member.get(paths[0])["Content-Type"]) == ("image/jpeg", "image/heic")
    assert shown["Cache-Control"] == "private, no-cache"
    stranger = web(add_person("Wei Chen", "wei@hm.example", "Staff"))
    others = [url("expense-report", line.report_id), url("expense-line", line.pk)]
    assert [stranger.get(path).status_code for path in [*paths, *others]] == [404] * 4
    assert stranger.post(url("receipt-remove", receipt.pk)).status_code == 404
    # Whoever reads the line need not be one who changes it.
    assert manager.post(url("receipt-remove", receipt.pk)).status_code == 403
    assert member.post(url("receipt-remove", receipt.pk), headers=HTMX).status_code == 200
    assert not Receipt.objects.exists()


def test_a_manager_reads_the_report_and_does_not_change_it(
    manager: Any, record: Any, report: ExpenseReport, cast: Cast
) -> None:
    line = record()
    body = manager.get(f"{url('expense-report', report.pk)}?line={line.pk}").text
    assert "Save line" not in body
    assert manager.post(url("expense-line", line.pk), fields(cast, version="1")).status_code == 403
    assert manager.post(url("expense-submit", report.pk), {"lines": seen(line)}).status_code == 403


def test_exceptions_come_first_and_one_line_is_returned(
    manager: Any, member: Any, record: Any, submit: Any, report: ExpenseReport, cast: Cast
) -> None:
    limit(cast, ITEM=("WARN", 20))
    record(amount=D("12.00"))
    record(amount=D("21.00"), vendor="Harbor Taxi")
    clean, over = submit(report)
    body = manager.get(url("expense-approvals")).text
    assert "Needs a look" in body
    assert "$21.00 is more than $20.00 for each line." in body
    assert "Approve 1 clean" in body
    refused = manager.post(url("expense-return"), {"lines": seen(over), "reason": ""}, headers=HTMX)
    assert refused.status_code == 422
    answer = manager.post(
        url("expense-return"), {"lines": seen(over), "reason": "Take the bus."}, headers=HTMX
    )
    toast = json.loads(answer["HX-Trigger"])["psa:toast"]
    assert toast["text"] == "1 line returned."
    # The other one waits still, and is shown.
    assert "12.00" in answer.text
    assert "Take the bus." in member.get(f"{url('expense-report', report.pk)}?line={over.pk}").text
    letter = Mail.objects.get(kind="timesheets.expenses_returned")
    assert (letter.to, letter.subject) == (["priya@hm.example"], "1 expense returned by Dana Ruiz")
    assert f"?line={over.pk}" in letter.text
    manager.post(toast["undo"], headers=HTMX)
    letter.refresh_from_db()
    assert letter.state == Mail.State.CANCELED
    over.refresh_from_db()
    assert over.state == "SUBMITTED"
    assert clean.state == "SUBMITTED"


def test_a_signature_where_the_policy_asks_for_one(
    manager: Any, record: Any, submit: Any, report: ExpenseReport
) -> None:
    record()
    (line,) = submit(report)
    Step.objects.filter(policy__subject_kind="timesheets.expense").update(certification="PASSWORD")
    assert "Your full name" in manager.get(f"{url('expense-approve')}?lines={seen(line)}", headers=HTMX).text
    wrong = {"lines": seen(line), "typed_name": "Dana Ruiz", "password": "no"}
    assert manager.post(url("expense-approve"), wrong, headers=HTMX).status_code == 422
    manager.post(url("expense-approve"), wrong | {"password": PASSWORD}, headers=HTMX)
    line.refresh_from_db()
    assert line.state == "APPROVED"


def test_settings_are_for_those_who_keep_them(
    finance: Any, manager: Any, cast: Cast, mileage: ExpenseCode
) -> None:
    for name in ("expense-codes", "exchange-rates"):
        assert finance.get(url(name)).status_code == 200
        assert manager.get(url(name)).status_code == 403
    assert "$0.485 a mile" in finance.get(url("expense-codes")).text
    made = finance.post(
        url("expense-code-limits", mileage.pk),
        {"amount_ITEM": "100", "severity_ITEM": "SECOND", "severity_WEEKEND": "BLOCK"},
        headers=HTMX,
    )
    assert made.status_code == 204
    assert {(each.kind, each.severity) for each in mileage.limits.all()} == {
        ("ITEM", "SECOND"),
        ("WEEKEND", "BLOCK"),
    }
    file = upload(b"date,from,to,rate\n2026-11-20,EUR,USD,1.0842\n", "bank.csv")
    assert finance.post(url("exchange-rates-import"), {"file": file}, headers=HTMX).status_code == 204
    assert "1 EUR in USD" in finance.get(url("exchange-rates")).text
    bad = upload(b"date,from,to,rate\n2026-11-20,EUR,USD,x\n", "bank.csv")
    answer = finance.post(url("exchange-rates-import"), {"file": bad}, headers=HTMX)
    assert "Line 2 is no rate" in answer.text


def test_reversing_over_http(
    finance: Any, manager: Any, record: Any, submit: Any, report: ExpenseReport
) -> None:
    record()
    (line,) = submit(report)
    manager.post(url("expense-approve"), {"lines": seen(line)}, headers=HTMX)
    assert manager.post(url("expense-reverse", line.pk), {"reason": "x"}).status_code == 403
    finance.post(url("expense-reverse", line.pk), {"reason": "Private"}, headers=HTMX)
    assert Expense.objects.get(reverses=line).amount == D("-22.00")


def costs(browser: Any, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as statements:
        assert browser.get(path).status_code == 200
    return len(statements)


def test_pages_cost_the_same_for_many(
    member: Any,
    manager: Any,
    finance: Any,
    record: Any,
    submit: Any,
    report: ExpenseReport,
    cast: Cast,
    with_receipt: Any,
) -> None:
    limit(cast, ITEM=("WARN", 20), DAY=("WARN", 20))

    def fill(number: int) -> None:
        for index in range(number):
            more = open_report(staff=cast.member.staff_member, title=f"Trip {index}", by=cast.member)
            for _ in range(2):
                with_receipt(record(report=more))
            submit(more)
            with_receipt(record())

    pages = [
        (member, url("expenses")),
        (member, url("expense-report", report.pk)),
        (manager, url("expense-approvals")),
        (finance, url("reimbursements")),
    ]
    fill(1)
    few = [costs(*each) for each in pages]
    fill(6)
    assert [costs(*each) for each in pages] == few
    assert max(few) <= 22, few
