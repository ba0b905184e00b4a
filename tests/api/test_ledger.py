"""The books by the API: accounts and entries as of a day, the trial balance, closing."""

from collections.abc import Callable

from billing.issuing import issue_invoice
from tests.api.conftest import Program
from tests.billing.work import drafted
from tests.cast import NOW, TODAY, Cast
from tests.taxes import tax_code

Api = Callable[..., Program]
DAY = TODAY.isoformat()


def test_the_books_as_of_a_day(cast: Cast, api: Api) -> None:
    issue_invoice(invoice=drafted(cast, 60), by=cast.finance, on=TODAY, at=NOW)
    kemi = api(cast.finance)
    accounts = {row["purpose"]: row for row in kemi.get(f"/ledger/accounts?on={DAY}")["items"]}
    assert accounts["RECEIVABLES"]["balances"] == {"USD": "190.00"}
    before = kemi.get("/ledger/accounts?on=2026-11-24")["items"]
    assert all(row["balances"] == {} for row in before)
    (entry,) = kemi.get(f"/ledger/entries?on={DAY}&account_id={accounts['REVENUE']['id']}")["items"]
    assert [(line["debit_amount"], line["credit_amount"]) for line in entry["lines"]] == [
        ("190.00", "0.00"),
        ("0.00", "190.00"),
    ]
    assert kemi.get(f"/ledger/entries/{entry['id']}") == entry
    assert kemi.get("/ledger/entries?on=2026-11-24")["items"] == []
    trial = kemi.get(f"/ledger/trial-balance?on={DAY}")
    assert trial["totals"] == [
        {"currency": "USD", "debit_amount": "190.00", "credit_amount": "190.00", "balances": True}
    ]
    assert {line["purpose"]: line["balance_amount"] for line in trial["lines"]}["REVENUE"] == "-190.00"


def test_closing_needs_a_reason_to_open_again(cast: Cast, api: Api) -> None:
    kemi = api(cast.finance)
    assert kemi.put("/ledger/closing", {"closed_through": DAY}) == {"closed_through": DAY}
    problem = kemi.put("/ledger/closing", {"closed_through": None})
    assert [error["path"] for error in problem["errors"]] == ["reason"]
    kemi.put("/ledger/closing", {"closed_through": None, "reason": "An invoice is missing"})
    assert kemi.get("/ledger/closing") == {"closed_through": None}


def test_the_books_are_for_those_with_the_right(cast: Cast, api: Api) -> None:
    dana = api(cast.manager)
    for path in ("/ledger/accounts", "/ledger/entries", "/ledger/trial-balance", "/ledger/closing"):
        dana.get(path)
        assert dana.status == 403


def test_the_account_of_a_tax(cast: Cast, api: Api) -> None:
    tax = tax_code("Sales tax", "8").components.get()
    kemi = api(cast.finance)
    own = kemi.post("/ledger/accounts", {"code": "2110", "name": "City tax", "kind": "LIABILITY"})
    (row,) = kemi.put(f"/ledger/taxes/{tax.pk}", {"account_id": own["id"]})
    assert (row["component_id"], row["name"], row["account_id"]) == (tax.pk, tax.name, own["id"])
    assert kemi.get("/ledger/taxes") == [row]
    revenue = next(a for a in kemi.get("/ledger/accounts")["items"] if a["purpose"] == "REVENUE")
    problem = kemi.put(f"/ledger/taxes/{tax.pk}", {"account_id": revenue["id"]})
    assert [error["path"] for error in problem["errors"]] == ["account_id"]
    assert kemi.put(f"/ledger/taxes/{tax.pk}", {"account_id": None})[0]["account_id"] is None
