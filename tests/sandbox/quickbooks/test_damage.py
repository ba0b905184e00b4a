"""Whatever is sent, it is taken or refused in the vendor's words; the balances always tie out."""

import copy
import random
from decimal import Decimal
from typing import Any

from tests.sandbox.quickbooks.calling import Caller

ODD: list[Any] = [
    None,
    "",
    0,
    -1,
    1.5,
    "1",
    "abc",
    True,
    [],
    {},
    [1],
    {"value": "1"},
    {"value": None},
    1e30,
    "x" * 5000,
]


def damage(rnd: random.Random, node: Any) -> None:
    """Change one thing somewhere within a body."""
    while node:
        key: Any = rnd.choice(list(node)) if isinstance(node, dict) else rnd.randrange(len(node))
        value = node[key]
        if isinstance(value, (dict, list)) and value and rnd.random() < 0.75:
            node = value
            continue
        what = rnd.random()
        if what < 0.4:
            node[key] = copy.deepcopy(rnd.choice(ODD))
        elif what < 0.7:
            del node[key]
        elif isinstance(node, list):
            node.append(copy.deepcopy(value))
        elif isinstance(value, (int, float)):
            node[key] = rnd.choice([0, 1, -1, value * 2])
        return


def bodies(caller: Caller) -> dict[str, dict[str, Any]]:
    """Bodies as they should be."""
    ids = {
        entity: {"value": caller.query(f"select * from {entity} maxresults 1")[entity][0]["Id"]}
        for entity in ("Customer", "Item", "Employee", "Vendor")
    }
    account = {
        "value": caller.query("select * from Account where AccountType = 'Expense'")["Account"][0]["Id"]
    }
    sale = {"ItemRef": ids["Item"], "TaxCodeRef": {"value": "TAX"}, "Qty": 2, "UnitPrice": 5}
    sold = {"DetailType": "SalesItemLineDetail", "Amount": 10, "SalesItemLineDetail": sale}
    kind = "AccountBasedExpenseLineDetail"
    form = {"CustomerRef": ids["Customer"], "Line": [sold], "TxnTaxDetail": {"TotalTax": 1}}
    who = {"NameOf": "Employee", "EmployeeRef": ids["Employee"], "ItemRef": ids["Item"]}
    return {
        "Invoice": form,
        "CreditMemo": form,
        "TimeActivity": {**who, "CustomerRef": ids["Customer"], "Hours": 1, "Minutes": 5},
        "Bill": {
            "VendorRef": ids["Vendor"],
            "Line": [{"DetailType": kind, "Amount": 9, kind: {"AccountRef": account}}],
        },
        "Customer": {"DisplayName": "Below", "Job": True, "ParentRef": ids["Customer"]},
    }


def payment(caller: Caller, rnd: random.Random) -> dict[str, Any] | None:
    invoices = caller.query("select * from Invoice where Balance > '0' maxresults 20").get("Invoice", [])
    if not invoices:
        return None
    chosen = rnd.choice(invoices)
    link = {"TxnId": chosen["Id"], "TxnType": "Invoice"}
    lines = [{"Amount": rnd.choice([1, 5, 10]), "LinkedTxn": [link]}]
    return {"CustomerRef": {"value": chosen["CustomerRef"]["value"]}, "TotalAmt": 12, "Line": lines}


def test_nothing_breaks_it_and_the_balances_tie_out(caller: Caller) -> None:
    rnd = random.Random(20261122)
    right = bodies(caller)
    made: dict[str, list[str]] = {}
    statuses: dict[int, int] = {}
    for turn in range(500):
        entity = rnd.choice([*right, "Payment", "Payment"])
        body = payment(caller, rnd) if entity == "Payment" else copy.deepcopy(right[entity])
        if body is None:
            continue
        params: dict[str, str] = {}
        if entity == "Customer":
            body["DisplayName"] += str(turn)
        if made.get(entity) and rnd.random() < 0.4:
            id_ = rnd.choice(made[entity])
            found = caller.get(f"{entity.lower()}/{id_}")
            if found.status_code == 200:
                token = found.json()[entity]["SyncToken"]
                body = {**body, "sparse": rnd.random() < 0.7}
                params = rnd.choice([{}, {}, {"operation": "delete"}, {"operation": "void"}])
        for _ in range(rnd.choice([0, 1, 1, 2])):
            damage(rnd, body)
        if "sparse" in body:
            body |= {"Id": id_, "SyncToken": token}
        answer = caller.post(entity.lower(), body, **params)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code in (200, 400), (entity, params, body)
        if answer.status_code == 200 and "Id" not in body:
            made.setdefault(entity, []).append(answer.json()[entity]["Id"])
    assert min(statuses[200], statuses[400]) > 100
    tie_out(caller)


def tie_out(caller: Caller) -> None:
    """Open is total less paid, for each invoice; a customer owes what is open less what is not applied."""
    listed: dict[str, list[dict[str, Any]]] = {
        entity: caller.query(f"select * from {entity} maxresults 1000").get(entity, [])
        for entity in ("Invoice", "Payment", "CreditMemo", "Customer")
    }
    paid: dict[str, Decimal] = {}
    for each in listed["Payment"]:
        for line in each["Line"]:
            id_ = line["LinkedTxn"][0]["TxnId"]
            paid[id_] = paid.get(id_, Decimal(0)) + Decimal(str(line["Amount"]))
    owed: dict[str, Decimal] = {}
    figures = (
        ("Invoice", "Balance", 1),
        ("Payment", "UnappliedAmt", -1),
        ("CreditMemo", "RemainingCredit", -1),
    )
    for entity, name, sign in figures:
        for each in listed[entity]:
            who = each["CustomerRef"]["value"]
            owed[who] = owed.get(who, Decimal(0)) + sign * Decimal(str(each[name]))
    for each in listed["Invoice"]:
        left = Decimal(str(each["TotalAmt"])) - paid.get(each["Id"], Decimal(0))
        assert left == Decimal(str(each["Balance"])), each["Id"]
    for each in listed["Customer"]:
        assert Decimal(str(each["Balance"])) == owed.get(each["Id"], Decimal(0)), each["DisplayName"]
