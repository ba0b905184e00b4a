"""Payments: what they apply to, what that leaves open, and what that does to versions."""

from typing import Any

import pytest

from tests.sandbox.quickbooks.calling import Caller, code


@pytest.fixture
def customer(caller: Caller) -> str:
    return str(caller.customer()["Id"])


def paid(customer: str, total: Any, *applied: tuple[str, str, Any], **facts: Any) -> dict[str, Any]:
    """The body of a payment with a line for each (type, id, amount)."""
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": id_, "TxnType": type_}]} for type_, id_, amount in applied
    ]
    return {"CustomerRef": {"value": customer}, "TotalAmt": total, "Line": lines, **facts}


def invoice(caller: Caller, id_: str) -> dict[str, Any]:
    return dict(caller.get(f"invoice/{id_}").json()["Invoice"])


def balance(caller: Caller, customer: str) -> float:
    return float(caller.get(f"customer/{customer}").json()["Customer"]["Balance"])


def test_a_payment_lowers_the_balance_and_raises_the_token(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, 100)
    payment = caller.make("Payment", **paid(customer, 80, ("Invoice", made["Id"], 60)))
    assert (payment["UnappliedAmt"], payment["DepositToAccountRef"]["name"]) == (20, "Undeposited Funds")
    after = invoice(caller, made["Id"])
    assert (after["Balance"], after["SyncToken"]) == (40, "1")
    assert after["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert balance(caller, customer) == 20
    stale = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "n"}
    assert code(caller.post("invoice", stale)) == (400, "5010")


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"CustomerRef": None}, "2020"),
        ({"TotalAmt": None}, "2020"),
        ({"TotalAmt": -1}, "2290"),
        ({"TotalAmt": 50}, "6000"),
        ({"Line": [{"Amount": 5}]}, "2020"),
        ({"Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": "9999", "TxnType": "Invoice"}]}]}, "620"),
        ({"Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": "1", "TxnType": "Estimate"}]}]}, "620"),
        ({"DepositToAccountRef": {"value": "9999"}}, "2500"),
        ({"PaymentRefNum": "x" * 22}, "2050"),
        ({"Balance2": 1}, "2010"),
    ],
)
def test_what_is_refused(caller: Caller, customer: str, facts: dict[str, Any], wanted: str) -> None:
    made = caller.invoice(customer, 100)
    body = {**paid(customer, 100, ("Invoice", made["Id"], 100)), **facts}
    assert code(caller.post("payment", body)) == (400, wanted)
    assert invoice(caller, made["Id"])["SyncToken"] == "0"


def test_more_than_is_open_is_refused(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, 100)
    caller.make("Payment", **paid(customer, 60, ("Invoice", made["Id"], 60)))
    assert code(caller.post("payment", paid(customer, 41, ("Invoice", made["Id"], 41)))) == (400, "6000")
    twice = paid(customer, 42, ("Invoice", made["Id"], 21), ("Invoice", made["Id"], 21))
    assert code(caller.post("payment", twice)) == (400, "6000")


def test_money_lands_in_a_bank_account_or_undeposited_funds(caller: Caller, customer: str) -> None:
    accounts = {each["Name"]: each["Id"] for each in caller.query("select * from Account")["Account"]}
    body = paid(customer, 10, DepositToAccountRef={"value": accounts["Checking"]})
    assert caller.make("Payment", **body)["DepositToAccountRef"]["name"] == "Checking"
    body["DepositToAccountRef"] = {"value": accounts["Services"]}
    assert code(caller.post("payment", body)) == (400, "6430")


def test_another_customers_invoice_only_for_a_parent_who_is_billed(caller: Caller, customer: str) -> None:
    facts = {"DisplayName": "Branch", "ParentRef": {"value": customer}, "Job": True, "BillWithParent": True}
    branch = caller.make("Customer", **facts)
    theirs = caller.invoice(branch["Id"], 30)
    assert caller.make("Payment", **paid(customer, 30, ("Invoice", theirs["Id"], 30)))
    stranger = caller.customer("Stranger")["Id"]
    other = caller.invoice(stranger, 30)
    assert code(caller.post("payment", paid(customer, 30, ("Invoice", other["Id"], 30)))) == (400, "6000")


def test_balances_climb_the_tree(caller: Caller, customer: str) -> None:
    branch = caller.make("Customer", DisplayName="Branch", ParentRef={"value": customer})
    caller.invoice(customer, 10)
    caller.invoice(branch["Id"], 5)
    above = caller.get(f"customer/{customer}").json()["Customer"]
    assert (above["Balance"], above["BalanceWithJobs"]) == (10, 15)


def test_an_update_without_lines_unapplies_and_a_sparse_one_does_not(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, 100)
    body = paid(customer, 100, ("Invoice", made["Id"], 100))
    payment = caller.make("Payment", **body)
    version = {"Id": payment["Id"], "SyncToken": "0"}
    caller.make("Payment", **version, sparse=True, PrivateNote="kept")
    assert invoice(caller, made["Id"])["Balance"] == 0
    full = {"CustomerRef": {"value": customer}, "TotalAmt": 100}
    after = caller.make("Payment", Id=payment["Id"], SyncToken="1", **full)
    assert (after["UnappliedAmt"], invoice(caller, made["Id"])["Balance"]) == (100, 100)
    assert invoice(caller, made["Id"])["LinkedTxn"] == []


def test_voiding_and_deleting_give_the_balance_back(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, 100)
    first = caller.make("Payment", **paid(customer, 60, ("Invoice", made["Id"], 60)))
    second = caller.make("Payment", **paid(customer, 40, ("Invoice", made["Id"], 40)))
    wish = {"Id": first["Id"], "SyncToken": "0", "sparse": True}
    void = caller.post("payment", wish, operation="update", include="void").json()["Payment"]
    assert (void["TotalAmt"], void["PrivateNote"], invoice(caller, made["Id"])["Balance"]) == (
        0,
        "Voided",
        60,
    )
    caller.post("payment", {"Id": second["Id"], "SyncToken": "0"}, operation="delete")
    assert invoice(caller, made["Id"])["Balance"] == 100
    assert balance(caller, customer) == 100


def test_a_paid_invoice_is_not_voided_unless_the_switch_says_so(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, 100)
    payment = caller.make("Payment", **paid(customer, 100, ("Invoice", made["Id"], 100)))
    version = {"Id": made["Id"], "SyncToken": "1"}
    assert code(caller.post("invoice", version, operation="void")) == (400, "6000")
    lower = {**version, "sparse": True, "Line": [{**made["Line"][0], "Amount": 50}]}
    assert code(caller.post("invoice", lower)) == (400, "6000")
    caller.lever("switches", {"voids_paid_invoices": True})
    assert caller.post("invoice", version, operation="void").status_code == 200
    freed = caller.get(f"payment/{payment['Id']}").json()["Payment"]
    assert (freed["UnappliedAmt"], freed["Line"]) == (100, [])


def test_a_credit_is_applied_by_a_payment_of_nothing(caller: Caller, customer: str) -> None:
    made = caller.invoice(customer, 100)
    credit = caller.make(
        "CreditMemo", CustomerRef={"value": customer}, Line=[caller.invoice(customer, 30)["Line"][0]]
    )
    assert credit["RemainingCredit"] == 30
    both = paid(customer, 0, ("Invoice", made["Id"], 30), ("CreditMemo", credit["Id"], 30))
    assert caller.make("Payment", **both)["UnappliedAmt"] == 0
    assert invoice(caller, made["Id"])["Balance"] == 70
    assert caller.get(f"creditmemo/{credit['Id']}").json()["CreditMemo"]["RemainingCredit"] == 0


def test_a_deposited_payment_stays_as_it_is(caller: Caller, customer: str) -> None:
    link = [{"TxnId": "900", "TxnType": "Deposit"}]
    payment = caller.make("Payment", **paid(customer, 10, LinkedTxn=link))
    version = {"Id": payment["Id"], "SyncToken": "0"}
    assert code(caller.post("payment", {**version, "sparse": True, "TotalAmt": 11})) == (400, "6540")
    assert code(caller.post("payment", version, operation="delete")) == (400, "6540")
