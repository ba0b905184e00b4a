"""Expenses on the pages of billing: ready to bill, on a draft, taken off and held, agreed about in a contract."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.models import Invoice
from tests.billing.spending import agree, spend
from tests.billing.work import log
from tests.cast import Cast
from timesheets.models import Expense

HX = {"HX-Request": "true"}
THROUGH = {"through": "2026-11-30"}


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def test_from_ready_to_a_draft_and_back(web: Callable[..., Any], cast: Cast) -> None:
    finance = web(cast.finance)
    log(cast.member, cast.design, 60)
    kept = spend(cast.member, cast.project, "40", vendor="Lyft")
    dropped = spend(cast.member, cast.project, "25")
    spend(cast.member, cast.project, "9", state=Expense.State.SUBMITTED)
    ready = finance.get(url("ready"), THROUGH).content.decode()
    assert "$255.00" in ready
    assert "$65.00 expenses" in ready
    assert "$65.00 expenses" in ready
    assert "Expenses: $9.00 waiting" in ready
    wish = {"project": [cast.project.pk], "through": "2026-11-30", "parts": "EXPENSES"}
    assert finance.post(url("draft-projects"), wish).status_code == 302
    draft = Invoice.objects.get()
    assert draft.total_amount == 65
    shown = finance.get(url("draft", draft.pk)).content.decode()
    assert "2 expenses" in shown
    line = draft.lines.get()
    listed = finance.get(url("line-expenses", line.pk)).content.decode()
    assert "Lyft" in listed
    held = {"expense": [dropped.pk], "action": "hold", "reason": "Client asks"}
    assert finance.post(url("line-expenses-drop", line.pk), held | {"reason": ""}).status_code == 302
    assert finance.post(url("line-expenses-drop", line.pk), held).status_code == 302
    draft.refresh_from_db()
    assert draft.total_amount == 40
    waiting = finance.get(url("unbilled-expenses", cast.project.pk), THROUGH).content.decode()
    assert "Client asks" in waiting
    release = {"expense": [dropped.pk], "action": "release"}
    finance.post(url("hold-expenses", cast.project.pk), release)
    finance.post(url("hold-expenses", cast.project.pk), {"action": "release"})
    assert not Expense.objects.filter(held__isnull=False).exists()
    again = {"expense": [dropped.pk], "action": "hold", "reason": "Wait"}
    finance.post(url("hold-expenses", cast.project.pk), again)
    assert dropped.__class__.objects.get(pk=dropped.pk).held.reason == "Wait"
    assert "$25.00 on hold" in finance.get(url("ready"), THROUGH).content.decode()
    assert web(cast.member).get(url("line-expenses", line.pk)).status_code == 403
    assert kept.billed.get().line == line


def test_what_is_agreed_about_expenses(web: Callable[..., Any], cast: Cast) -> None:
    owner = web(cast.owner)
    line = cast.design.contract_line
    where = url("contract-line-expenses", line.pk)
    assert "Receipts go with the invoice" in owner.get(where, headers=HX).content.decode()
    wish = {"expense_method": "CAPPED", "expense_detail": "EACH", "shows_receipts": "on"}
    refused = owner.post(where, wish, headers=HX)
    assert refused.status_code == 422
    assert b"Enter the cap of expenses." in refused.content
    refused = owner.post(where, wish | {"expense_method": "WITHIN_CAP"}, headers=HX)
    assert b"The fees of this line have no cap." in refused.content
    assert owner.post(where, wish | {"expense_cap_amount": "500"}, headers=HX).status_code == 204
    shown = owner.get(url("contract", cast.project.pk)).content.decode()
    assert "up to a cap of their own: $500.00" in shown
    spend(cast.member, cast.project, "620")
    ready = owner.get(url("ready"), THROUGH).content.decode()
    assert "$500.00 expenses" in ready
    assert "$120.00 of expenses: Above the cap of $500.00" in ready
    agree(line, "NOT_BILLED", expense_cap_amount=None)
    assert "$500.00" not in owner.get(url("ready"), THROUGH).content.decode()


def test_expenses_within_the_cap_of_fees_are_ready_as_a_draft_bills_them(
    web: Callable[..., Any], cast: Cast
) -> None:
    line = cast.design.contract_line
    line.cap_scope, line.cap_amount = "LINE", Decimal(200)
    agree(line, "WITHIN_CAP")
    log(cast.member, cast.design, 60)
    spend(cast.member, cast.project, "40")
    ready = web(cast.finance).get(url("ready"), THROUGH).content.decode()
    assert "$200.00" in ready
    assert "$10.00 expenses" in ready
