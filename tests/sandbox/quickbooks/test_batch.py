"""Thirty calls in one, each with its own outcome."""

from typing import Any

from tests.sandbox.quickbooks.calling import Caller, code


def item(number: int, name: str) -> dict[str, Any]:
    return {"bId": f"b{number}", "operation": "create", "Customer": {"DisplayName": name}}


def batch(caller: Caller, items: list[dict[str, Any]], **params: str) -> dict[str, Any]:
    answer = caller.post("batch", {"BatchItemRequest": items}, **params)
    assert answer.status_code == 200, answer.text
    return {each["bId"]: each for each in answer.json()["BatchItemResponse"]}


def test_each_item_has_its_own_outcome(caller: Caller) -> None:
    kept = caller.customer("Kept Ltd")
    gone = caller.make("Payment", CustomerRef={"value": kept["Id"]}, TotalAmt=50)
    found = batch(
        caller,
        [
            item(1, "Aurora Foods"),
            item(2, "aurora foods"),
            {"bId": "b3", "Query": "select * from Customer where DisplayName = 'Aurora Foods'"},
            {"bId": "b4", "Query": "select * from Invoice where Nothing = '1'"},
            {
                "bId": "b5",
                "operation": "update",
                "Customer": {**ident(kept), "sparse": True, "Notes": "late payer"},
            },
            {"bId": "b6", "operation": "delete", "Payment": ident(gone)},
            {"bId": "b7", "operation": "polish", "Customer": ident(kept)},
            item(8, "Borealis"),
        ],
    )
    assert found["b1"]["Customer"]["DisplayName"] == "Aurora Foods"
    assert found["b2"]["Fault"]["Error"][0]["code"] == "6240"
    assert found["b3"]["QueryResponse"] == {}  # it looks at what was there before
    assert found["b4"]["Fault"]["Error"][0]["code"] == "4001"
    assert found["b5"]["Customer"]["Notes"] == "late payer"
    assert found["b6"]["Payment"]["status"] == "Deleted"
    assert found["b7"]["Fault"]["Error"][0]["code"] == "500"
    assert found["b8"]["Customer"]["DisplayName"] == "Borealis"  # after failures
    assert caller.get(f"customer/{found['b8']['Customer']['Id']}").status_code == 200


def ident(record: dict[str, Any]) -> dict[str, Any]:
    return {"Id": record["Id"], "SyncToken": record["SyncToken"]}


def test_thirty_and_no_more(caller: Caller) -> None:
    items = [item(number, f"Client {number}") for number in range(31)]
    assert code(caller.post("batch", {"BatchItemRequest": items})) == (400, "1040")
    assert len(batch(caller, items[:30])) == 30
    assert code(caller.post("batch", {"BatchItemRequest": []})) == (400, "2020")
    assert code(caller.post("batch", {})) == (400, "2020")


def test_some_items_fail_on_order(caller: Caller) -> None:
    caller.sandbox.control(
        "quickbooks/faults",
        {
            "match": "BATCH create Customer",
            "kind": "fault",
            "code": "10000",
            "status": 500,
            "skip": 1,
            "times": 2,
        },
    )
    found = batch(caller, [item(number, f"Client {number}") for number in range(4)])
    assert ["Fault" in found[f"b{number}"] for number in range(4)] == [False, True, True, False]


def test_a_batch_comes_again_under_its_request_id(caller: Caller) -> None:
    items = [item(1, "Aurora Foods"), item(2, "Aurora Foods")]
    first = batch(caller, items, requestid="batch-1")
    assert batch(caller, items, requestid="batch-1") == first
    assert caller.query("select count(*) from Customer where DisplayName = 'Aurora Foods'") == {
        "totalCount": 1
    }
    long = [{**items[0], "bId": "eleven-long"}]
    assert code(caller.post("batch", {"BatchItemRequest": long}, requestid="batch-2")) == (400, "2130")
    assert code(caller.post("batch", {"BatchItemRequest": items}, requestid="b" * 37)) == (400, "2130")
