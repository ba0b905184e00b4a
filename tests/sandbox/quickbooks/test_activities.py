"""Time activities, bills, purchases, journal entries."""

from typing import Any

import pytest

from tests.sandbox.quickbooks.calling import Caller, code


def first(caller: Caller, entity: str, where: str = "") -> dict[str, str]:
    sentence = f"select * from {entity} {'where ' + where if where else ''} maxresults 1"
    return {"value": str(caller.query(sentence)[entity][0]["Id"])}


@pytest.fixture
def time(caller: Caller) -> dict[str, Any]:
    """An activity as it should be."""
    return {
        "NameOf": "Employee",
        "EmployeeRef": first(caller, "Employee"),
        "ItemRef": first(caller, "Item"),
        "CustomerRef": first(caller, "Customer"),
        "TxnDate": "2026-11-10",
        "Hours": 1,
        "Minutes": 30,
    }


def test_time_is_kept_and_can_be_taken_away(caller: Caller, time: dict[str, Any]) -> None:
    made = caller.make("TimeActivity", **time)
    assert (made["Hours"], made["Minutes"], made["BillableStatus"]) == (1, 30, "NotBillable")
    assert made["EmployeeRef"]["name"] == "Grace Bennett"
    version = {"Id": made["Id"], "SyncToken": "0"}
    assert caller.make("TimeActivity", **version, sparse=True, Hours=2)["Minutes"] == 30
    gone = caller.post("timeactivity", {**version, "SyncToken": "1"}, operation="delete")
    assert gone.json()["TimeActivity"]["status"] == "Deleted"


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"NameOf": None}, "2020"),
        ({"NameOf": "Nobody"}, "2170"),
        ({"EmployeeRef": None}, "6290"),
        ({"NameOf": "Vendor"}, "6300"),
        ({"ItemRef": None}, "2020"),
        ({"ItemRef": {"value": "9999"}}, "2500"),
        ({"Hours": None, "Minutes": None}, "6350"),
        ({"Hours": 0, "Minutes": 0}, "6350"),
        ({"Minutes": 60}, "2080"),
        ({"Hours": 1.5}, "2090"),
        ({"Hours": 24, "Minutes": 1}, "6380"),
        ({"StartTime": "2026-11-10T09:00:00-08:00", "EndTime": "2026-11-10T10:00:00-08:00"}, "6390"),
        (
            {
                "Hours": None,
                "Minutes": None,
                "StartTime": "2026-11-10T11:00:00-08:00",
                "EndTime": "2026-11-10T10:00:00-08:00",
            },
            "6370",
        ),
        ({"BillableStatus": "HasBeenBilled"}, "6320"),
        ({"BillableStatus": "Billable", "CustomerRef": None}, "6310"),
        ({"BillableStatus": "Billable"}, "6330"),
        ({"Description": "x" * 4001}, "2050"),
        ({"TxnDate": "2026-02-30"}, "2060"),
        ({"Comment": "x"}, "2010"),
    ],
)
def test_time_that_is_refused(
    caller: Caller, time: dict[str, Any], facts: dict[str, Any], wanted: str
) -> None:
    assert code(caller.post("timeactivity", {**time, **facts})) == (400, wanted)


def test_time_of_a_vendor_and_by_the_clock(caller: Caller, time: dict[str, Any]) -> None:
    who = {"NameOf": "Vendor", "EmployeeRef": None, "VendorRef": first(caller, "Vendor")}
    span = {
        "Hours": None,
        "Minutes": None,
        "StartTime": "2026-11-10T09:00:00Z",
        "EndTime": "2026-11-10T10:15:00Z",
    }
    made = caller.make(
        "TimeActivity", **{**time, **who, **span, "BillableStatus": "Billable", "HourlyRate": 90}
    )
    assert made["VendorRef"]["name"] == "Okafor Analytics"
    caller.lever("preferences", {"TimeTrackingPrefs": {"UseServices": False}})
    assert caller.make("TimeActivity", **{**time, "ItemRef": None})


def expense(caller: Caller, amount: Any = 40, **detail: Any) -> dict[str, Any]:
    inner = {"AccountRef": first(caller, "Account", "AccountType = 'Expense'"), **detail}
    return {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": amount,
        "AccountBasedExpenseLineDetail": inner,
    }


def test_bills(caller: Caller) -> None:
    body = {"VendorRef": first(caller, "Vendor"), "Line": [expense(caller)], "TxnDate": "2026-11-01"}
    made = caller.make("Bill", **body)
    assert (made["TotalAmt"], made["Balance"], made["DueDate"]) == (40, 40, "2026-12-01")
    assert made["APAccountRef"]["name"] == "Accounts Payable (A/P)"
    billable = expense(caller, BillableStatus="Billable")
    for facts, wanted in (
        ({"VendorRef": None}, "2020"),
        ({"Line": []}, "2250"),
        ({"Line": [expense(caller, AccountRef=None)]}, "6440"),
        ({"Line": [billable]}, "6310"),
        ({"Line": [expense(caller, BillableStatus="HasBeenBilled")]}, "6320"),
    ):
        assert code(caller.post("bill", {**body, **facts})) == (400, wanted)


def test_purchases(caller: Caller) -> None:
    card = first(caller, "Account", "AccountType = 'Credit Card'")
    bank = first(caller, "Account", "AccountType = 'Bank'")
    body = {"PaymentType": "CreditCard", "AccountRef": card, "Line": [expense(caller)]}
    made = caller.make("Purchase", **body)
    assert made["TotalAmt"] == 40
    version = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    for facts, wanted in (
        ({"PaymentType": None}, "2020"),
        ({"PaymentType": "Other"}, "2170"),
        ({"AccountRef": bank}, "6430"),
        ({"PaymentType": "Check"}, "6430"),
        ({"PaymentType": "Check", "AccountRef": bank, "Credit": True}, "6000"),
    ):
        assert code(caller.post("purchase", {**body, **facts})) == (400, wanted)
    changed = {**version, "PaymentType": "Check", "AccountRef": bank}
    assert code(caller.post("purchase", changed)) == (400, "6000")


def test_journal_entries(caller: Caller) -> None:
    def line(amount: Any, side: str | None, account: str, **more: Any) -> dict[str, Any]:
        inner = {"PostingType": side, "AccountRef": first(caller, "Account", f"AccountType = '{account}'")}
        return {
            "DetailType": "JournalEntryLineDetail",
            "Amount": amount,
            "JournalEntryLineDetail": {**inner, **more},
        }

    good = [line(10, "Debit", "Expense"), line(10, "Credit", "Bank")]
    assert caller.make("JournalEntry", Line=good)["TotalAmt"] == 10
    owed = line(10, "Debit", "Accounts Receivable")
    who = {"Type": "Customer", "EntityRef": first(caller, "Customer")}
    named = line(10, "Debit", "Accounts Receivable", Entity=who)
    assert caller.make("JournalEntry", Line=[named, good[1]])
    for lines, wanted in (
        ([], "2250"),
        ([good[0]], "2250"),
        ([line(10, None, "Expense"), good[1]], "2260"),
        ([line(9, "Debit", "Expense"), good[1]], "2300"),
        ([line(-10, "Debit", "Expense"), line(-10, "Credit", "Bank")], "2290"),
        ([owed, good[1]], "6000"),
    ):
        assert code(caller.post("journalentry", {"Line": lines})) == (400, wanted)
