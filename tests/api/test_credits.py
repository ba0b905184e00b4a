"""Corrections by the API alone: credit, apply, take off, refund, write off, issue anew; accounts."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.models import InvoiceLine
from tests.api.conftest import Program
from tests.billing.test_issuing import issue
from tests.billing.work import drafted
from tests.cast import TODAY, Cast

Api = Callable[..., Program]
DAY = TODAY.isoformat()


@pytest.fixture
def kemi(cast: Cast, api: Api) -> Program:
    return api(cast.finance)


def credit(kemi: Program, cast: Cast) -> Any:
    """A draft that credits four of ten hours and gives them back."""
    invoice = issue(cast, drafted(cast, 600))
    line = InvoiceLine.objects.get(invoice=invoice)
    wish = {"lines": [{"line_id": line.pk, "minutes": 240, "returns_work": True}], "reason": "Billed twice"}
    return invoice, kemi.post(f"/invoices/{invoice.pk}/credit-memos", wish)


def test_a_credit_from_draft_to_void(cast: Cast, kemi: Program) -> None:
    invoice, memo = credit(kemi, cast)
    assert (memo["state"], memo["total_amount"]) == ("DRAFT", "760.00")
    assert list(memo["lines"][0]["returned_entries"].values()) == [240]
    (left,) = kemi.get(f"/invoices/{invoice.pk}/creditable")
    assert (left["amount"], left["minutes"]) == ("1140.00", 360)
    issued = kemi.post(f"/credit-memos/{memo['id']}/issue", {"on": DAY, "version": memo["version"]})
    assert (issued["number"], issued["left_amount"]) == ("CM-2026-0001", "0.00")
    shown = kemi.get(f"/invoices/{invoice.pk}")
    assert (shown["credited_amount"], shown["balance_amount"]) == ("760.00", "1140.00")
    (part,) = issued["applications"]
    freed = kemi.post(f"/credit-applications/{part['id']}/take-off", {"on": DAY})
    assert freed["left_amount"] == "760.00"
    applied = kemi.post(
        f"/credit-memos/{memo['id']}/apply", {"invoice_id": invoice.pk, "amount": "60", "on": DAY}
    )
    assert (applied["applied_amount"], applied["left_amount"]) == ("60.00", "700.00")
    refund = kemi.post(f"/credit-memos/{memo['id']}/refunds", {"refunded_on": DAY, "on": DAY})
    assert refund["amount"] == "700.00"
    assert kemi.get("/refunds")["items"][0]["id"] == refund["id"]
    kemi.post(f"/refunds/{refund['id']}/cancel", {"on": DAY})
    kemi.post(f"/credit-applications/{applied['applications'][1]['id']}/take-off", {"on": DAY})
    void = kemi.post(f"/credit-memos/{memo['id']}/void", {"reason": "Not agreed", "on": DAY})
    assert void["state"] == "VOID"
    assert [each["id"] for each in kemi.get("/credit-memos?tab=void")["items"]] == [memo["id"]]


def test_free_credits_are_drafted_changed_and_deleted(cast: Cast, kemi: Program) -> None:
    wish = {
        "client_id": cast.client.pk,
        "lines": [{"description": "Delay", "amount": "90"}],
        "reason": "Delay",
    }
    memo = kemi.post("/credit-memos", wish)
    change = {"free_lines": [{"description": "Delay", "amount": "45"}], "reason": "Less"}
    assert kemi.put(f"/credit-memos/{memo['id']}", change)["total_amount"] == "45.00"
    kemi.delete(f"/credit-memos/{memo['id']}")
    assert kemi.get("/credit-memos")["items"] == []


def test_payments_move_and_go_back(cast: Cast, kemi: Program) -> None:
    wrong, right = issue(cast, drafted(cast, 600)), issue(cast, drafted(cast, 60))
    wish = {"amount": "1900", "method": "CHECK", "received_on": DAY, "on": DAY}
    payment = kemi.post(f"/invoices/{wrong.pk}/payments", wish)
    freed = kemi.post(f"/payments/{payment['id']}/take-off", {"invoice_id": wrong.pk, "on": DAY})
    assert (freed["applications"], freed["credit_amount"]) == ([], "1900.00")
    applied = kemi.post(f"/payments/{payment['id']}/apply", {"invoice_id": right.pk, "on": DAY})
    assert applied["credit_amount"] == "1710.00"
    refund = kemi.post(f"/payments/{payment['id']}/refunds", {"refunded_on": DAY, "on": DAY})
    assert refund["amount"] == "1710.00"


def test_bad_debt_and_issuing_anew(cast: Cast, kemi: Program) -> None:
    invoice = issue(cast, drafted(cast, 600))
    written = kemi.post(f"/invoices/{invoice.pk}/write-offs", {"reason": "Insolvent", "on": DAY})
    assert written["amount"] == "1900.00"
    assert kemi.get(f"/invoices/{invoice.pk}")["stage"] == "WRITTEN_OFF"
    refused = kemi.post(f"/invoices/{invoice.pk}/reissue", {"reason": "Address", "on": DAY})
    assert "Take the write-off back first" in refused["detail"]
    kemi.post(f"/write-offs/{written['id']}/reverse", {"reason": "Paid after all", "on": DAY})
    done = kemi.post(f"/invoices/{invoice.pk}/reissue", {"reason": "Address", "on": DAY})
    assert (done["draft"]["total_amount"], done["credit_id"]) == ("1900.00", None)


def test_accounts(cast: Cast, kemi: Program) -> None:
    account = kemi.post("/ledger/accounts", {"code": "4010", "name": "Fees", "kind": "REVENUE"})
    assert (
        kemi.patch(f"/ledger/accounts/{account['id']}", {"name": "Engineering fees"})["name"]
        == "Engineering fees"
    )
    assert kemi.put("/ledger/purposes/REVENUE", {"account_id": account["id"]})["purpose"] == "REVENUE"
