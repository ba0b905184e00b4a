"""Invoices and credit memos: numbers, lines, tax, totals, dates, closed books, voiding, sending, printing."""

from typing import Any

import pytest

from tests.sandbox.quickbooks.calling import Caller, code


@pytest.fixture
def customer(caller: Caller) -> str:
    return str(caller.customer()["Id"])


@pytest.fixture
def item(caller: Caller) -> str:
    return str(caller.query("select * from Item maxresults 1")["Item"][0]["Id"])


def line(item: str, amount: Any = 100, **detail: Any) -> dict[str, Any]:
    inner = {"ItemRef": {"value": item}, **detail}
    return {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": inner}


def body(customer: str, *lines: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {"CustomerRef": {"value": customer}, "Line": list(lines), **facts}


def test_what_the_vendor_adds(caller: Caller, customer: str, item: str) -> None:
    sent = body(customer, line(item, 100.005), line(item, 20), DocNumber="A-1", TxnDate="2026-11-02")
    made = caller.make("Invoice", **sent)
    assert (made["TotalAmt"], made["Balance"], made["DueDate"]) == (120.01, 120.01, "2026-12-02")
    assert [each["DetailType"] for each in made["Line"]] == [
        "SalesItemLineDetail",
        "SalesItemLineDetail",
        "SubTotalLineDetail",
    ]
    assert (made["Line"][2]["Amount"], made["Line"][1]["Id"]) == (120.01, "2")
    assert made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON", "name": "NON"}
    assert made["CustomerRef"]["name"] == "Aurora Foods"
    assert (made["CurrencyRef"]["value"], made["EmailStatus"]) == ("USD", "NotSet")
    assert caller.get(f"invoice/{made['Id']}").json()["Invoice"] == made
    known = caller.get(f"customer/{customer}").json()["Customer"]
    assert (known["Balance"], known["SyncToken"]) == (120.01, "0")


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"CustomerRef": None}, "2020"),
        ({"CustomerRef": {"value": "9999"}}, "2500"),
        ({"Line": []}, "2250"),
        ({"Line": [{"DetailType": "DescriptionOnly", "Description": "Hello"}]}, "2250"),
        ({"Line": [{"Amount": 1}]}, "2020"),
        ({"Line": [{"Amount": 1, "DetailType": "Nonsense"}]}, "2170"),
        ({"Line": [{"Amount": 1, "DetailType": "SalesItemLineDetail"}]}, "2020"),
        ({"Line": [{"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}]}, "6440"),
        ({"DocNumber": "x" * 22}, "2050"),
        ({"PrivateNote": "x" * 4001}, "2050"),
        ({"CustomerMemo": {"value": "x" * 1001}}, "2050"),
        ({"EmailStatus": "NeedToSend"}, "6420"),
        ({"EmailStatus": "Sometime"}, "2170"),
        ({"CurrencyRef": {"value": "EUR"}}, "2220"),
        ({"ClassRef": {"value": "9999"}}, "2500"),
        ({"TxnTaxDetail": {"TotalTax": 5}}, "6000"),
        ({"TxnTaxDetail": {"TotalTax": 5}, "GlobalTaxCalculation": "NotApplicable"}, "6170"),
        ({"Marker": "ours"}, "2010"),
    ],
)
def test_what_is_refused(
    caller: Caller, customer: str, item: str, facts: dict[str, Any], wanted: str
) -> None:
    assert code(caller.post("invoice", {**body(customer, line(item)), **facts})) == (400, wanted)
    assert not caller.query("select * from Invoice")


def test_amount_is_the_rounded_product(caller: Caller, customer: str, item: str) -> None:
    good = line(item, 33.33, Qty=0.3333333, UnitPrice=100)
    made = caller.make("Invoice", **body(customer, good))
    assert made["Line"][0]["SalesItemLineDetail"]["Qty"] == 0.3333333
    for wrong in (line(item, 33.34, Qty=0.3333333, UnitPrice=100), line(item, 99.99, Qty=1, UnitPrice=100)):
        assert code(caller.post("invoice", body(customer, wrong))) == (400, "6070")
    assert code(caller.post("invoice", body(customer, line(item, None)))) == (400, "2020")


def test_tax_is_computed_or_taken_as_sent(caller: Caller, customer: str, item: str) -> None:
    taxed = line(item, 100, TaxCodeRef={"value": "TAX"})
    computed = caller.make("Invoice", **body(customer, taxed, line(item, 50)))
    assert (computed["TxnTaxDetail"]["TotalTax"], computed["TotalAmt"]) == (8.25, 158.25)
    sent = caller.make("Invoice", **body(customer, taxed, TxnTaxDetail={"TotalTax": 7.99}))
    assert (sent["TxnTaxDetail"]["TotalTax"], sent["TotalAmt"]) == (7.99, 107.99)
    kept = caller.make("Invoice", Id=sent["Id"], SyncToken="0", sparse=True, PrivateNote="n")
    assert kept["TotalAmt"] == 107.99
    again = {"Id": computed["Id"], "SyncToken": "0", "sparse": True, "Line": [{**taxed, "Amount": 200}]}
    assert caller.make("Invoice", **again)["TotalAmt"] == 216.5
    for wrong in ("CA", "9999"):
        other = line(item, 100, TaxCodeRef={"value": wrong})
        assert code(caller.post("invoice", body(customer, other))) == (400, "6100")


def test_discounts(caller: Caller, customer: str, item: str) -> None:
    percent = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    made = caller.make("Invoice", **body(customer, line(item, 99.95), percent))
    assert made["TotalAmt"] == 89.95
    open_ = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True}}
    assert code(caller.post("invoice", body(customer, line(item), open_))) == (400, "6090")


def test_numbers(caller: Caller, customer: str, item: str) -> None:
    first = caller.make("Invoice", **body(customer, line(item), DocNumber="7"))
    answer = caller.post("invoice", body(customer, line(item), DocNumber="7"))
    assert code(answer) == (400, "6140")
    assert f"TxnId={first['Id']}" in answer.json()["Fault"]["Error"][0]["Detail"]
    passed = caller.post("invoice", body(customer, line(item), DocNumber="7"), include="allowduplicatedocnum")
    assert passed.status_code == 200
    assert caller.make("CreditMemo", **body(customer, line(item), DocNumber="7"))
    assert "DocNumber" not in caller.make("Invoice", **body(customer, line(item)))
    forced = caller.make("Invoice", **body(customer, line(item), DocNumber="AUTO_GENERATE"))
    assert forced["DocNumber"] == "1001"
    caller.lever("preferences", {"SalesFormsPrefs": {"CustomTxnNumbers": False}})
    assert caller.make("Invoice", **body(customer, line(item)))["DocNumber"] == "1002"
    caller.lever("switches", {"warns_of_duplicate_numbers": False})
    assert caller.make("Invoice", **body(customer, line(item), DocNumber="7"))


def test_due_dates_by_term(caller: Caller, customer: str, item: str) -> None:
    term = {"value": caller.query("select * from Term where Name = 'Net 15'")["Term"][0]["Id"]}
    sent = body(customer, line(item), TxnDate="2026-11-20", SalesTermRef=term)
    assert caller.make("Invoice", **sent)["DueDate"] == "2026-12-05"
    assert caller.make("Invoice", **sent, DueDate="2026-11-30")["DueDate"] == "2026-11-30"
    last = caller.make("Term", Name="The 31st", DayOfMonthDue=31, DueNextMonthDays=10)
    sent["SalesTermRef"] = {"value": last["Id"]}
    assert caller.make("Invoice", **sent)["DueDate"] == "2026-11-30"
    sent["TxnDate"] = "2026-11-25"
    assert caller.make("Invoice", **sent)["DueDate"] == "2026-12-31"


@pytest.mark.parametrize(("has_password", "wanted"), [(True, "6210"), (False, "6200")])
def test_closed_books(caller: Caller, customer: str, item: str, has_password: bool, wanted: str) -> None:
    before = caller.make("Invoice", **body(customer, line(item), TxnDate="2026-10-31"))
    caller.lever("switches", {"book_close_has_password": has_password})
    caller.lever("books", {"through": "2026-10-31"})
    assert code(caller.post("invoice", body(customer, line(item), TxnDate="2026-10-31"))) == (400, wanted)
    version = {"Id": before["Id"], "SyncToken": "0"}
    assert code(caller.post("invoice", {**version, "sparse": True, "TxnDate": "2026-11-01"})) == (400, wanted)
    assert code(caller.post("invoice", version, operation="delete")) == (400, wanted)
    assert code(caller.post("invoice", version, operation="void")) == (400, wanted)
    assert caller.make("Invoice", **body(customer, line(item), TxnDate="2026-11-01"))
    caller.lever("books", {"through": None})
    assert caller.post("invoice", version, operation="delete").json()["Invoice"] == {
        "domain": "QBO",
        "status": "Deleted",
        "Id": before["Id"],
    }


def test_voiding(caller: Caller, customer: str, item: str) -> None:
    made = caller.make("Invoice", **body(customer, line(item, 50, Qty=1, UnitPrice=50), PrivateNote="ours"))
    version = {"Id": made["Id"], "SyncToken": "0"}
    void = caller.post("invoice", version, operation="void").json()["Invoice"]
    assert (void["TotalAmt"], void["Balance"], void["PrivateNote"]) == (0, 0, "Voided - ours")
    assert (void["SyncToken"], void["Line"][0]["SalesItemLineDetail"]["Qty"]) == ("1", 0)
    assert caller.get(f"customer/{customer}").json()["Customer"]["Balance"] == 0
    assert code(caller.post("invoice", version, operation="void")) == (400, "5010")
    assert code(caller.post("creditmemo", version, operation="void")) == (400, "500")


def test_deleting(caller: Caller, customer: str, item: str) -> None:
    made = caller.make("Invoice", **body(customer, line(item)))
    version = {"Id": made["Id"], "SyncToken": "0"}
    assert caller.post("invoice", version, operation="delete").status_code == 200
    assert code(caller.get(f"invoice/{made['Id']}")) == (400, "610")
    assert code(caller.post("invoice", version, operation="delete")) == (400, "610")


def test_inactive_customers_and_items(caller: Caller, customer: str, item: str) -> None:
    caller.lever(f"Item/{item}/deactivate")
    assert code(caller.post("invoice", body(customer, line(item)))) == (400, "610")
    caller.lever(f"Item/{item}/activate")
    caller.lever(f"Customer/{customer}/deactivate")
    assert code(caller.post("invoice", body(customer, line(item)))) == (400, "610")
    caller.lever("switches", {"inactive_customer_code": "6250"})
    assert code(caller.post("invoice", body(customer, line(item)))) == (400, "6250")


def test_sending_and_printing(caller: Caller, customer: str, item: str) -> None:
    made = caller.make("Invoice", **body(customer, {**line(item), "Description": "Advice"}, DocNumber="P-1"))
    bare = {"Content-Type": "application/octet-stream"}
    url = f"{caller.base}/invoice/{made['Id']}"
    assert code(caller.session.post(f"{url}/send", headers=bare, timeout=9)) == (400, "6420")
    sent = caller.session.post(f"{url}/send?sendTo=ap@aurora.example", headers=bare, timeout=9)
    assert sent.json()["Invoice"]["EmailStatus"] == "EmailSent"
    assert sent.json()["Invoice"]["DeliveryInfo"]["DeliveryType"] == "Email"
    printed = caller.session.get(f"{url}/pdf", headers={"Accept": "application/pdf"}, timeout=9)
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")
    assert b"Invoice P-1" in printed.content
    assert code(caller.get("customer/1/pdf")) == (400, "500")


def test_classes_and_locations_only_where_they_are_tracked(caller: Caller, customer: str, item: str) -> None:
    class_ = {"value": caller.make("Class", Name="West")["Id"]}
    whole, single = body(customer, line(item), ClassRef=class_), body(customer, line(item, ClassRef=class_))
    assert code(caller.post("invoice", whole)) == (400, "5030")
    caller.lever("preferences", {"AccountingInfoPrefs": {"ClassTrackingPerTxn": True}})
    assert caller.post("invoice", whole).status_code == 200
    assert code(caller.post("invoice", single)) == (400, "5030")


def test_several_currencies(caller: Caller, item: str) -> None:
    caller.lever("preferences", {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    euro = caller.make("Customer", DisplayName="Café Berlin", CurrencyRef={"value": "EUR", "name": "Euro"})
    assert euro["CurrencyRef"]["value"] == "EUR"
    sent = body(euro["Id"], line(item), ExchangeRate=1.1)
    made = caller.make("Invoice", **sent)
    assert (made["CurrencyRef"]["value"], made["HomeTotalAmt"]) == ("EUR", 110)
    assert code(caller.post("invoice", {**sent, "CurrencyRef": {"value": "USD"}})) == (400, "6000")
    changed = {"Id": euro["Id"], "SyncToken": "0", "sparse": True, "CurrencyRef": {"value": "USD"}}
    assert code(caller.post("customer", changed)) == (400, "6000")
