"""What has changed since a moment."""

import datetime

from tests.sandbox.quickbooks.calling import Caller, code


def since(caller: Caller, **back: int) -> str:
    now = caller.sandbox.look("state")["clock"]["now"]
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC) - datetime.timedelta(**back)
    return moment.isoformat()


def test_changed_ones_whole_and_deleted_ones_by_id(caller: Caller) -> None:
    caller.sandbox.control("clock/advance", {"seconds": 1800})
    began = since(caller)
    customer = caller.customer()
    invoice = caller.invoice(customer["Id"])
    payment = caller.make("Payment", CustomerRef={"value": customer["Id"]}, TotalAmt=5)
    caller.lever(f"payment/{payment['Id']}/delete")
    answer = caller.get("cdc", entities="Invoice,Payment,Customer,Vendor", changedSince=began)
    assert answer.status_code == 200, answer.text
    invoices, payments, customers, vendors = answer.json()["CDCResponse"][0]["QueryResponse"]
    assert [each["Id"] for each in invoices["Invoice"]] == [invoice["Id"]]
    assert (payments["Payment"][0]["Id"], payments["Payment"][0]["status"]) == (payment["Id"], "Deleted")
    assert payments["Payment"][0]["MetaData"]["LastUpdatedTime"]
    assert [each["Id"] for each in customers["Customer"]] == [customer["Id"]]
    assert vendors == {}


def test_inactive_ones_have_changed(caller: Caller) -> None:
    customer = caller.customer()
    caller.sandbox.control("clock/advance", {"seconds": 1800})
    began = since(caller)
    caller.lever(f"customer/{customer['Id']}/deactivate")
    answer = caller.get("cdc", entities="customer", changedSince=began).json()
    found = answer["CDCResponse"][0]["QueryResponse"][0]["Customer"]
    assert [(each["Id"], each["Active"]) for each in found] == [(customer["Id"], False)]


def test_what_is_refused(caller: Caller) -> None:
    assert code(caller.get("cdc", entities="Invoice", changedSince=since(caller, days=31))) == (400, "4001")
    assert caller.get("cdc", entities="Invoice", changedSince=since(caller, days=29)).status_code == 200
    for type_ in ("TimeActivity", "TaxCode", "Nothing"):
        assert code(caller.get("cdc", entities=type_, changedSince=since(caller))) == (400, "4001")
    assert code(caller.get("cdc", entities="Invoice", changedSince="yesterday")) == (400, "4001")
    assert code(caller.get("cdc", entities="Invoice")) == (400, "2020")
    assert code(caller.get("cdc", changedSince=since(caller))) == (400, "2020")


def test_a_full_house_has_a_thousand_over_all_types(caller: Caller) -> None:
    names = [f"Client {number:04}" for number in range(999)]
    for start in range(0, len(names), 30):
        items = [
            {"bId": name[-4:], "operation": "create", "Customer": {"DisplayName": name}}
            for name in names[start : start + 30]
        ]
        assert caller.post("batch", {"BatchItemRequest": items}).status_code == 200
    answer = caller.get("cdc", entities="Customer,Vendor", changedSince=since(caller, days=1)).json()
    customers, vendors = answer["CDCResponse"][0]["QueryResponse"]
    assert len(customers["Customer"]) == 1000
    assert vendors == {}
