"""Expenses by the API: the same story as on the pages, with uploads."""

import io
from typing import Any

import pytest

from core import clock
from tests.cast import Cast
from tests.timesheets.expenses.files import HEIC, photograph
from timesheets.models import ExpenseCode


@pytest.fixture(autouse=True)
def disk(tmp_path: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def upload(program: Any, path: str, content: bytes, name: str) -> Any:
    """Sends a file as multipart/form-data."""
    file = io.BytesIO(content)
    file.name = name
    program.answer = program.web.post(f"/api/v1{path}", {"receipt": file})
    return program.answer.json()


def test_from_a_report_to_the_money(cast: Cast, api: Any) -> None:
    member, manager, finance = api(cast.member), api(cast.manager), api(cast.finance)
    today = clock.today(cast.member).isoformat()
    report = member.post("/expense-reports", {"title": "Site visit"})
    assert member.status == 201
    wish = {
        "report_id": report["id"],
        "spent_on": today,
        "code_id": ExpenseCode.objects.get(name="Ground transport").pk,
        "project_id": cast.project.pk,
        "amount": "31.50",
        "once": "0b7e6a52-6a9e-4f0e-9f5d-2f0f2f6f1c11",
    }
    line = member.post("/expenses", wish)
    assert member.post("/expenses", wish)["id"] == line["id"]
    assert (line["amount"], line["billable_amount"], line["is_reimbursable"]) == ("31.50", "31.50", True)
    assert [each["kind"] for each in line["findings"]] == ["RECEIPT"]
    submit = f"/expense-reports/{report['id']}/submit"
    assert "needs a receipt" in member.post(submit, {})["detail"]
    line = upload(member, f"/expenses/{line['id']}/receipts", HEIC, "IMG.HEIC")
    assert [each["content_type"] for each in line["receipts"]] == ["image/heic"]
    line = member.patch(f"/expenses/{line['id']}", {"note": "Taxi", "version": line["version"]})
    assert (line["note"], line["amount"]) == ("Taxi", "31.50")
    assert member.post(submit, {})["waits_for"] == ["Dana Ruiz"]
    (waiting,) = manager.get("/approvals/expenses")["items"]
    chosen = {"expenses": [{"id": waiting["id"], "version": waiting["version"]}]}
    assert manager.post("/approvals/expenses/approve", chosen)["expense_ids"] == [line["id"]]
    wish = {"expense_ids": [line["id"]], "paid_on": today, "reference": "Payroll"}
    manager.post("/reimbursements", wish)
    assert manager.status == 403
    assert finance.post("/reimbursements", wish)["expense_ids"] == [line["id"]]
    twin = finance.post(f"/expenses/{line['id']}/reverse", {"reason": "Private"})
    assert (twin["amount"], twin["reverses_id"]) == ("-31.50", line["id"])
    (listed,) = member.get("/expense-reports")["items"]
    assert (listed["lines"], listed["amount"], listed["state"]) == (2, "0.00", "Partly paid back")


def test_a_photograph_makes_a_draft(cast: Cast, api: Any) -> None:
    member = api(cast.member)
    line = upload(member, "/receipts", photograph(), "IMG.jpg")
    assert (member.status, line["state"], line["amount"], len(line["receipts"])) == (201, "DRAFT", None, 1)
    assert upload(member, f"/expenses/{line['id']}/receipts", b"no picture", "a.jpg")["status"] == 422


def test_settings(cast: Cast, api: Any) -> None:
    finance, member = api(cast.finance), api(cast.member)
    code = ExpenseCode.objects.get(name="Mileage").pk
    rate = {"cost_amount": "0.485", "billing_amount": "0.55", "starts_on": "2026-01-01"}
    assert finance.post(f"/expense-codes/{code}/rates", rate)["cost_amount"] == "0.485"
    limits = {"limits": [{"kind": "ITEM", "severity": "SECOND", "amount": "100"}]}
    assert finance.put(f"/expense-codes/{code}/limits", limits)["limits"][0]["kind"] == "ITEM"
    rates = {"rates": [{"base": "EUR", "quote": "USD", "on": "2026-11-20", "rate": "1.0842"}]}
    assert finance.post("/exchange-rates", rates) == {"count": 1}
    member.post("/exchange-rates", rates)
    assert member.status == 403
