"""Levers: the bookkeeper, the books, the tokens and the failures of QuickBooks."""

from typing import Any

import pytest
import requests

from tests.sandbox.quickbooks.calling import Caller, code
from tests.stand_ins import SandboxRefused

TOKENS = "quickbooks/oauth2/v1/tokens/bearer"


def refresh(caller: Caller, token: str) -> requests.Response:
    return requests.post(
        f"{caller.sandbox.http_url}/{TOKENS}",
        data={"grant_type": "refresh_token", "refresh_token": token},
        auth=("sandbox-client", "sandbox-secret"),
        timeout=30,
    )


def test_a_new_company_and_its_first_day_again(caller: Caller) -> None:
    made = caller.sandbox.control("quickbooks/companies", {"name": "Third"})
    assert made["counts"]["Account"] > 5
    caller.customer()
    caller.sandbox.control("quickbooks/reset")
    state = caller.sandbox.look("quickbooks/state")
    assert made["realm"] not in [each["realm"] for each in state["companies"]]
    assert (state["events"], state["requests"], state["grants"]) == ([], [], [])
    with pytest.raises(SandboxRefused, match="404"):
        caller.sandbox.look(f"quickbooks/companies/{made['realm']}")


def test_the_bookkeeper_edits_what_the_application_knows_an_older_version_of(caller: Caller) -> None:
    customer = caller.customer()
    edited = caller.lever(f"customer/{customer['Id']}", {"DisplayName": "Aurora Foods Inc."})
    assert (edited["DisplayName"], edited["SyncToken"]) == ("Aurora Foods Inc.", "1")
    stale = {"Id": customer["Id"], "SyncToken": customer["SyncToken"], "sparse": True, "Notes": "x"}
    assert code(caller.post("customer", stale)) == (400, "5010")


def test_the_bookkeeper_follows_the_rules(caller: Caller) -> None:
    caller.customer()
    with pytest.raises(SandboxRefused) as caught:
        caller.lever("customer", {"DisplayName": "Aurora Foods"})
    assert caught.value.body["Fault"]["Error"][0]["code"] == "6240"
    for path in ("nothing", "customer/404", "customer/404/delete", "customer/1/polish"):
        with pytest.raises(SandboxRefused):
            caller.lever(path, {"DisplayName": "x"})


def test_an_invoice_is_paid_there(caller: Caller) -> None:
    invoice = caller.invoice(caller.customer()["Id"], 100)
    first = caller.lever(f"invoice/{invoice['Id']}/pay", {"amount": "40.00", "day": "2026-11-20"})
    assert (first["TotalAmt"], first["TxnDate"]) == (40, "2026-11-20")
    caller.lever(f"invoice/{invoice['Id']}/pay")
    assert caller.get(f"invoice/{invoice['Id']}").json()["Invoice"]["Balance"] == 0
    with pytest.raises(SandboxRefused, match="6000"):
        caller.lever(f"invoice/{invoice['Id']}/pay")


def test_void_and_delete(caller: Caller) -> None:
    first, second = (caller.invoice(caller.customer(name)["Id"]) for name in ("A", "B"))
    voided = caller.lever(f"invoice/{first['Id']}/void")
    assert (voided["TotalAmt"], voided["PrivateNote"].startswith("Voided")) == (0, True)
    assert caller.lever(f"invoice/{second['Id']}/delete")["status"] == "Deleted"
    assert code(caller.get(f"invoice/{second['Id']}")) == (400, "610")


def test_two_customers_become_one(caller: Caller) -> None:
    kept, gone = caller.customer("Kept"), caller.customer("Gone")
    invoice = caller.invoice(gone["Id"], 100)
    caller.invoice(kept["Id"], 50)
    merged = caller.lever(f"customer/{gone['Id']}/merge", {"into": kept["Id"]})
    assert merged["Balance"] == 150
    moved = caller.get(f"invoice/{invoice['Id']}").json()["Invoice"]
    assert moved["CustomerRef"] == {"value": kept["Id"], "name": "Kept"}
    assert moved["SyncToken"] > invoice["SyncToken"]
    assert code(caller.get(f"customer/{gone['Id']}")) == (400, "610")


def test_closed_books_and_preferences(caller: Caller) -> None:
    customer = caller.customer()
    caller.lever("books", {"through": "2026-10-31"})
    body: dict[str, Any] = caller.invoice(customer["Id"], TxnDate="2026-11-01")
    old = {**{name: body[name] for name in ("CustomerRef", "Line")}, "TxnDate": "2026-10-31"}
    old["Line"] = [each for each in old["Line"] if each["DetailType"] == "SalesItemLineDetail"]
    assert code(caller.post("invoice", old))[1] in ("6200", "6210")
    caller.lever("books", {"through": None})
    assert caller.post("invoice", old).status_code == 200
    caller.lever("preferences", {"SalesFormsPrefs": {"CustomTxnNumbers": False}})
    prefs = caller.get("preferences").json()["Preferences"]
    assert prefs["SalesFormsPrefs"]["CustomTxnNumbers"] is False
    with pytest.raises(SandboxRefused):
        caller.lever("preferences", {"NoPrefs": {}})
    with pytest.raises(SandboxRefused):
        caller.lever("switches", {"nothing": True})


def test_tokens_end_as_they_are_told(caller: Caller) -> None:
    tokens = caller.lever("tokens")
    caller.lever("rotate")
    renewed = refresh(caller, tokens["refresh_token"]).json()
    assert renewed["refresh_token"] != tokens["refresh_token"]
    assert refresh(caller, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    caller.lever("reject_refresh", {"times": 1})
    assert refresh(caller, renewed["refresh_token"]).json()["error"] == "invalid_grant"
    assert refresh(caller, renewed["refresh_token"]).status_code == 200
    caller.lever("reject_refresh", {"error": "temporarily_unavailable", "status": 503})
    assert refresh(caller, renewed["refresh_token"]).status_code == 503
    caller.lever("expire")
    assert code(caller.get("preferences")) == (401, "3200")
    last = refresh(caller, renewed["refresh_token"]).json()
    caller.session.headers["Authorization"] = f"Bearer {last['access_token']}"
    assert caller.get("preferences").status_code == 200
    assert caller.lever("revoke")["revoked"] >= 1
    assert code(caller.get("preferences")) == (401, "3200")
    assert refresh(caller, last["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("order", "status", "said"),
    [
        ({"kind": "fault", "code": "6190"}, 400, '"Fault"'),
        ({"kind": "fault", "code": "6190", "shape": "fault"}, 400, '"fault"'),
        ({"kind": "fault", "code": "3200", "status": 401}, 401, '"fault"'),
        ({"kind": "fault", "code": "3200", "status": 401, "shape": "Fault"}, 401, '"Fault"'),
        ({"kind": "fault", "code": "10000", "status": 500, "shape": "xml"}, 500, "<Fault"),
        ({"kind": "html"}, 502, "<html>"),
        ({"kind": "html", "status": 504}, 504, "<html>"),
        ({"kind": "5xx"}, 500, "10000"),
        ({"kind": "503"}, 503, "10000"),
        ({"kind": "429"}, 429, "<Fault"),
    ],
)
def test_failures_in_every_shape(caller: Caller, order: dict[str, Any], status: int, said: str) -> None:
    caller.sandbox.control("quickbooks/faults", {"entity": "Term", "operation": "read", **order})
    term = caller.query("select * from Term maxresults 1")["Term"][0]["Id"]
    answer = caller.get(f"term/{term}")
    assert answer.status_code == status
    assert said in answer.text
    assert caller.get(f"term/{term}").status_code == 200


def test_a_failure_strikes_whom_it_is_meant_for(caller: Caller) -> None:
    def order(entity: str, operation: str, **more: Any) -> None:
        wish = {"entity": entity, "operation": operation, "kind": "503", **more}
        caller.sandbox.control("quickbooks/faults", wish)

    customer = caller.customer()
    ident = {"Id": customer["Id"], "SyncToken": "0"}
    order("Invoice", "query")
    assert caller.get("query", query="select * from Customer").status_code == 200
    sentence = {"data": "select * from invoice", "headers": {"Content-Type": "application/text"}}
    assert caller.session.post(f"{caller.base}/query", timeout=30, **sentence).status_code == 503  # type: ignore[arg-type]
    invoice = caller.invoice(customer["Id"])
    order("Invoice", "delete")
    order("Invoice", "create", skip=1)
    assert caller.post("invoice", {**ident, "Id": invoice["Id"]}, operation="delete").status_code == 503
    assert caller.invoice(customer["Id"])
    assert caller.post("invoice", {}, minorversion="75").status_code == 503
    for wrong in ({"kind": "rain"}, {"kind": "fault"}, {"operation": "sing", "kind": "503"}, {"colour": 1}):
        with pytest.raises(SandboxRefused, match="400"):
            caller.sandbox.control("quickbooks/faults", {"entity": "Term", **wrong})
