"""The query language: what it understands, what it refuses, what it finds."""

from typing import Any

import pytest

from sandbox.quickbooks.query import Query, QueryError, parse, run
from tests.sandbox.quickbooks.calling import Caller, code

STAMPS = ["2026-11-01T09:00:00-07:00", "2026-11-02T09:00:00-08:00", "2026-11-03T09:00:00-08:00"]
CUSTOMERS: list[dict[str, Any]] = [
    {
        "Id": str(number),
        "DisplayName": name,
        "Active": is_active,
        "Balance": balance,
        "Job": False,
        "MetaData": {"CreateTime": stamp, "LastUpdatedTime": stamp},
        "domain": "QBO",
        "sparse": False,
    }
    for number, name, is_active, balance, stamp in (
        (2, "Amy's Bird Sanctuary", True, 0, STAMPS[0]),
        (9, "Back\\slash", True, 239.5, STAMPS[1]),
        (10, "Cool Cars", False, 12, STAMPS[2]),
        (11, "cool heads", True, 12, STAMPS[2]),
    )
]
INVOICES: list[dict[str, Any]] = [
    {"Id": str(number), "TxnDate": day, "CustomerRef": {"value": customer, "name": "x"}, "TotalAmt": amount}
    for number, day, customer, amount in (
        (1, "2026-10-31", "9", 10.5),
        (2, "2026-11-01", "9", 100),
        (3, "2026-11-02", "11", 9),
    )
]


def ids(sentence: str, records: list[dict[str, Any]] = CUSTOMERS) -> list[str]:
    asked = parse(sentence)
    return [record["Id"] for record in run(asked, records).get(asked.entity, [])]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("select * from customer", ["2", "9", "11"]),
        ("SELECT * FROM Customer WHERE Active IN (true, false)", ["2", "9", "10", "11"]),
        ("Select * From Customer Where Active = False", ["10"]),
        ("SELECT * FROM Customer WHERE Active = 'true' AND Balance > 0", ["9", "11"]),
        (r"SELECT * FROM Customer WHERE DisplayName = 'Amy\'s Bird Sanctuary'", ["2"]),
        (r"SELECT * FROM Customer WHERE DisplayName = 'Back\\slash'", ["9"]),
        ("SELECT * FROM Customer WHERE DisplayName LIKE 'COOL%' AND Active IN (true,false)", ["10", "11"]),
        ("SELECT * FROM Customer WHERE DisplayName LIKE '%bird%'", ["2"]),
        ("SELECT * FROM Customer WHERE DisplayName LIKE 'a_y%'", []),
        ("SELECT * FROM Customer WHERE Id > '9' AND Active IN (true,false) ORDERBY Id", ["10", "11"]),
        ("SELECT * FROM Customer WHERE Id IN ('2', '9', '404') ORDER BY Id DESC", ["9", "2"]),
        ("SELECT * FROM Customer WHERE Balance = '239.50'", ["9"]),
        ("SELECT * FROM Customer WHERE Balance >= 12.00 ORDERBY Balance DESC, DisplayName ASC", ["9", "11"]),
        ("SELECT * FROM Customer ORDERBY DisplayName STARTPOSITION 2 MAXRESULTS 1", ["9"]),
        ("SELECT * FROM Customer MAXRESULTS 1 STARTPOSITION 3", ["11"]),
        ("SELECT * FROM Customer STARTPOSITION 4", []),
        # 2 November, 16:59:59 and 17:00 in UTC are 08:59:59 and 09:00 in the west.
        ("SELECT * FROM Customer WHERE MetaData.LastUpdatedTime > '2026-11-02T16:59:59Z'", ["9", "11"]),
        ("SELECT * FROM Customer WHERE MetaData.LastUpdatedTime > '2026-11-02T17:00:00+00:00'", ["11"]),
        ("SELECT * FROM Customer WHERE MetaData.CreateTime < '2026-11-02'", ["2"]),
        ("SELECT * FROM Customer WHERE MetaData.CreateTime <= '2026-11-02T09:00:00'", ["2", "9"]),
    ],
)
def test_customers_are_found(sentence: str, found: list[str]) -> None:
    assert ids(sentence) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("select * from Invoice where TxnDate >= '2026-11-01'", ["2", "3"]),
        ("select * from Invoice where CustomerRef = '9' and TotalAmt < '11'", ["1"]),
        ("select * from Invoice where CustomerRef in ('9','11') orderby TotalAmt", ["3", "1", "2"]),
        ("select * from Invoice where DocNumber = '1'", []),
    ],
)
def test_transactions_are_found(sentence: str, found: list[str]) -> None:
    assert ids(sentence, INVOICES) == found


def test_what_stands_in_an_answer() -> None:
    page = run(parse("select * from Customer startposition 2 maxresults 2"), CUSTOMERS)
    assert (page["startPosition"], page["maxResults"], "totalCount" in page) == (2, 2, False)
    assert run(parse("select count(*) from Customer"), CUSTOMERS) == {"totalCount": 3}
    assert run(parse("select count(*) from Customer where DisplayName = 'nobody'"), CUSTOMERS) == {
        "totalCount": 0
    }
    assert run(parse("select * from Customer where DisplayName = 'nobody'"), CUSTOMERS) == {}
    shown = run(parse("select Id, displayname, MetaData.CreateTime from Customer maxresults 1"), CUSTOMERS)
    assert set(shown["Customer"][0]) == {"Id", "DisplayName", "MetaData", "domain", "sparse"}
    assert parse("select * from Term") == Query("Term")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("update Customer set Active = false", 4000),
        ("select from Customer", 4000),
        ("select * Customer", 4000),
        ("select * from Customer where", 4000),
        ("select * from Customer where Id = '1' or Id = '2'", 4000),
        ("select * from Customer where not Id = '1'", 4000),
        ("select * from Customer where Id != '1'", 4000),
        ("select * from Customer where (Id = '1')", 4000),
        ("select * from Customer where DisplayName = 'Amy's'", 4000),
        ("select * from Customer where DisplayName = Amy", 4000),
        ("select * from Customer where DisplayName = 'Amy", 4000),
        ("select * from Customer group by Active", 4000),
        ("select * from Customer, Vendor", 4000),
        ("select * from Customer where Id in ('1' '2')", 4000),
        ("select * from Customer maxresults ten", 4000),
        ("select * from Customer; drop", 4000),
        ("select * from Nothing", 4001),
        ("select * from Customer where PrimaryEmailAddr = 'a@b.c'", 4001),
        ("select * from Payment where DocNumber = '7'", 4001),
        ("select * from Invoice where PrivateNote = 'x'", 4001),
        ("select * from Invoice orderby Line", 4001),
        ("select * from Invoice where TxnDate > 'yesterday'", 4001),
        ("select * from Invoice where TotalAmt > 'much'", 4001),
        ("select * from Invoice where TotalAmt like '1%'", 4001),
        ("select * from Customer startposition 0", 4001),
        ("select * from Customer maxresults 0", 4001),
        ("select * from Customer maxresults 1001", 4001),
    ],
)
def test_what_is_refused(sentence: str, expected: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(sentence)
    assert caught.value.code == expected


def test_a_query_over_http(caller: Caller) -> None:
    made = caller.customer("Frida's Café")
    sentence = r"select * from customer where DisplayName = 'Frida\'s Café'"
    for answer in (
        caller.get("query", query=sentence, minorversion="75"),
        caller.session.post(
            f"{caller.base}/query",
            data=sentence.encode(),
            headers={"Content-Type": "application/text"},
            timeout=30,
        ),
    ):
        assert answer.status_code == 200, answer.text
        assert [each["Id"] for each in answer.json()["QueryResponse"]["Customer"]] == [made["Id"]]
        assert answer.json()["time"]
        assert answer.headers["intuit_tid"]
    assert caller.query("select * from Customer where DisplayName = 'nobody'") == {}
    assert caller.query("select count(*) from Customer")["totalCount"] > 1


def test_refusals_over_http(caller: Caller) -> None:
    assert code(caller.get("query", query="select * from")) == (400, "4000")
    assert code(caller.get("query", query="select * from Customer where Notes = 'x'")) == (400, "4001")
    assert code(caller.get("query")) == (400, "2020")
    assert code(caller.post("query", {"query": "select * from Customer"})) == (400, "1050")
    latin = caller.session.post(
        f"{caller.base}/query",
        data="select * from Customer where DisplayName = 'Café'".encode("latin-1"),
        headers={"Content-Type": "application/text"},
        timeout=30,
    )
    assert code(latin) == (500, "500")


def test_inactive_ones_only_when_asked_for(caller: Caller) -> None:
    made = caller.customer("Gone Ltd")
    caller.lever(f"customer/{made['Id']}/deactivate")
    by_id = f"select * from Customer where Id = '{made['Id']}'"
    assert caller.query(by_id) == {}
    assert len(caller.query(f"{by_id} and Active in (true, false)")["Customer"]) == 1


def test_all_pages_by_id(caller: Caller) -> None:
    made = [caller.customer(f"Client {number:02}")["Id"] for number in range(25)]
    seen: list[str] = []
    last = "0"
    while True:
        page = caller.query(f"select * from Customer where Id > '{last}' orderby Id maxresults 10")
        if not page:
            break
        seen += [each["Id"] for each in page["Customer"]]
        last = seen[-1]
    assert len(seen) == len(set(seen))
    assert set(made) <= set(seen)
