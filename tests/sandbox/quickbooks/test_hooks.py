"""What QuickBooks tells of changes, how often, and in what order."""

import base64
import hashlib
import hmac
import json

import pytest
from quickbooks.client import QuickBooks

from tests.sandbox.conftest import Receiver
from tests.sandbox.quickbooks.calling import Caller, call, entities
from tests.waiting import wait_until

VERIFIER = "sandbox-verifier"


def aim(caller: Caller, receiver: Receiver, **more: object) -> None:
    caller.sandbox.control("quickbooks/webhooks/target", {"url": receiver.url, **more})


def deliver(caller: Caller, **wish: object) -> list[int | None]:
    answer = caller.sandbox.control("quickbooks/webhooks/deliver", wish)
    return [each["status"] for each in answer["results"]]


def test_each_change_is_told_and_signed(caller: Caller, receiver: Receiver) -> None:
    aim(caller, receiver, host="localhost:8000")
    customer = caller.customer()
    receiver.wait_for(1)
    body, headers = receiver.arrivals[0]
    told = json.loads(body)["eventNotifications"]
    assert [each["realmId"] for each in told] == [caller.realm]
    entity = told[0]["dataChangeEvent"]["entities"][0]
    assert entity.pop("lastUpdated")
    assert entity == {"name": "Customer", "id": customer["Id"], "operation": "Create"}
    mac = hmac.new(VERIFIER.encode(), body, hashlib.sha256).digest()
    assert headers["intuit-signature"] == base64.b64encode(mac).decode()
    assert headers["Host"] == "localhost:8000"
    client = QuickBooks()
    client.webhook_verifier_token = VERIFIER
    assert client.validate_webhook_signature(body.decode(), headers["intuit-signature"], VERIFIER)


def test_the_newer_form(caller: Caller, receiver: Receiver) -> None:
    aim(caller, receiver, form="cloudevents")
    invoice = caller.invoice(caller.customer()["Id"])
    receiver.wait_for(2)
    (event,) = json.loads(receiver.arrivals[1][0])
    assert (event["specversion"], event["type"]) == ("1.0", "qbo.invoice.created.v1")
    assert (event["intuitentityid"], event["intuitaccountid"]) == (invoice["Id"], caller.realm)
    assert event["source"].startswith("intuit.")
    assert event["time"].endswith("Z")
    assert event["data"] == {}


def test_every_kind_of_change(caller: Caller, receiver: Receiver) -> None:
    aim(caller, receiver, is_paused=True, is_bundled=True)
    customer, other = caller.customer(), caller.customer("Borealis")
    employee = caller.query("select * from Employee maxresults 1")["Employee"][0]
    item = caller.query("select * from Item maxresults 1")["Item"][0]
    caller.make(
        "TimeActivity",
        NameOf="Employee",
        EmployeeRef={"value": employee["Id"]},
        ItemRef={"value": item["Id"]},
        Hours=1,
        Minutes=30,
    )
    invoice = caller.invoice(customer["Id"], BillEmail={"Address": "ap@aurora.example"})
    sent = caller.session.post(
        f"{caller.base}/invoice/{invoice['Id']}/send",
        headers={"Content-Type": "application/octet-stream"},
        timeout=30,
    )
    assert sent.status_code == 200, sent.text
    caller.lever(f"invoice/{invoice['Id']}/void")
    caller.lever(f"customer/{other['Id']}/merge", {"into": customer["Id"]})
    assert set(deliver(caller)) == {200}
    assert len(receiver.arrivals) == 1
    told = entities(receiver.arrivals[0][0])
    for expected in (
        ("Customer", "Create"),
        ("TimeActivity", "Create"),
        ("Invoice", "Create"),
        ("Invoice", "Emailed"),
        ("Invoice", "Void"),
        ("Customer", "Merge"),
    ):
        assert expected in told
    merged = json.loads(receiver.arrivals[0][0])["eventNotifications"][0]["dataChangeEvent"]["entities"][-1]
    assert (merged["id"], merged["deletedId"]) == (customer["Id"], other["Id"])


def last_answers(caller: Caller) -> list[int]:
    return [each["attempts"][-1]["status"] for each in caller.state()["events"] if each["attempts"]]


def test_later_ones_wait_behind_one_that_is_refused(caller: Caller, receiver: Receiver) -> None:
    receiver.answers = [500, 503]
    aim(caller, receiver)
    first, second = caller.customer("First"), caller.customer("Second")
    receiver.wait_for(2)  # at once and at once again; the next try is ten seconds of the clock away
    # The stand-in notes an answer after the receiver has given it.
    wait_until(lambda: last_answers(caller) == [503], what="the second answer")
    caller.sandbox.control("clock/advance", {"seconds": 10})
    receiver.wait_for(4)
    ids = [
        json.loads(body)["eventNotifications"][0]["dataChangeEvent"]["entities"][0]["id"]
        for body, _ in receiver.arrivals
    ]
    assert ids == [first["Id"]] * 3 + [second["Id"]]


def test_again_out_of_order_and_over_several_companies(caller: Caller, receiver: Receiver) -> None:
    aim(caller, receiver, is_paused=True, is_bundled=True)
    elsewhere = call(caller.sandbox, caller.sandbox.look("quickbooks/state")["companies"][1]["realm"])
    caller.customer()
    elsewhere.customer()
    assert deliver(caller) == [200, 200]
    realms = [each["realmId"] for each in json.loads(receiver.arrivals[0][0])["eventNotifications"]]
    assert realms == [caller.realm, elsewhere.realm]
    assert deliver(caller) == []
    assert deliver(caller, duplicate=True, shuffle=True) == [200, 200]


@pytest.mark.parametrize("form", ["legacy", "cloudevents"])
def test_a_fresh_signature_for_who_has_no_server(caller: Caller, form: str) -> None:
    caller.customer()
    event = caller.state()["events"][0]
    signed = caller.sandbox.look(f"quickbooks/webhooks/{event['id']}")[form]
    mac = hmac.new(VERIFIER.encode(), signed["body"].encode(), hashlib.sha256).digest()
    assert signed["signature"] == base64.b64encode(mac).decode()
