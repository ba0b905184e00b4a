"""QuickBooks' messages at our door: both shapes, the signature on the raw bytes, one arrival for each event."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Web

from integrations.models import Arrival
from integrations.quickbooks.webhooks import is_genuine
from tests.books import Books

SECRET = "sandbox-verifier"


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def knock(body: bytes, signature: str | None = None) -> Any:
    header = sign(body) if signature is None else signature
    firm = connection.tenant
    try:
        return Web(headers={"host": "localhost"}).post(
            "/webhooks/quickbooks",
            body,
            content_type="application/json",
            headers={"intuit-signature": header},
        )
    finally:
        # The root host belongs to no firm.
        connection.set_tenant(firm)


def legacy(*realms: str, **changed: Any) -> bytes:
    entity = {
        "name": "Customer",
        "id": "1",
        "operation": "Update",
        "lastUpdated": "2026-11-22T01:00:00-08:00",
    }
    notifications = [
        {"realmId": realm, "dataChangeEvent": {"entities": [entity | changed]}} for realm in realms
    ]
    return json.dumps({"eventNotifications": notifications}, indent=2).encode()


def cloud_event(realm: str, **changed: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "b5b5-1",
        "source": "intuit.abc",
        "type": "qbo.timeactivity.deleted.v1",
        "time": "2026-11-22T09:00:00.000000001Z",
        "datacontenttype": "application/json",
        "intuitentityid": "7",
        "intuitaccountid": realm,
        "data": {},
        **changed,
    }


def test_the_older_shape_is_stored_and_the_same_event_once(books: Books) -> None:
    for _ in range(2):
        assert knock(legacy(books.realm)).status_code == 200
    arrival = Arrival.objects.get(provider="quickbooks")
    assert arrival.kind == "Customer.Update"
    assert (arrival.payload["realm"], arrival.payload["remote_id"]) == (books.realm, "1")
    knock(legacy(books.realm, lastUpdated="2026-11-22T01:00:05-08:00"))
    assert Arrival.objects.count() == 2


def test_the_newer_shape_is_stored_under_its_id(books: Books) -> None:
    body = json.dumps([cloud_event(books.realm), cloud_event(books.realm, id="b5b5-2")]).encode()
    assert knock(body).content == b"2 stored"
    assert knock(body).content == b"0 stored"
    arrival = Arrival.objects.get(event_id="b5b5-1")
    assert arrival.kind == "TimeActivity.Delete"
    assert arrival.payload["remote_id"] == "7"


def test_each_company_in_a_message_goes_to_its_own_firm(books: Books) -> None:
    assert knock(legacy(books.realm, "4711")).content == b"1 stored"
    assert Arrival.objects.count() == 1


@pytest.mark.parametrize(
    "signature", ["", "x", "not base64 ünï", sign(b"{}"), sign(legacy("1"), "other secret")]
)
def test_what_intuit_did_not_sign_is_refused(books: Books, signature: str) -> None:
    body = legacy(books.realm)
    assert knock(body, signature.encode().decode("latin-1")).status_code == 401
    assert not Arrival.objects.exists()


def test_the_signature_is_of_the_very_bytes(books: Books) -> None:
    body = legacy(books.realm)
    assert knock(json.dumps(json.loads(body)).encode(), sign(body)).status_code == 401
    assert knock(body).status_code == 200


def test_without_a_verifier_nothing_is_genuine(settings: Any) -> None:
    settings.QUICKBOOKS_WEBHOOK_VERIFIER = ""
    assert not is_genuine(b"{}", sign(b"{}", ""))


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"12", b"[]", b"{}", b"[1]", b'{"eventNotifications": [{}]}']
)
def test_signed_nonsense_is_answered_so_that_what_comes_behind_is_not_held_back(
    books: Books, body: bytes
) -> None:
    assert knock(body).status_code == 200
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("form", ["legacy", "cloudevents"])
def test_what_the_stand_in_sends_is_understood(books: Books, form: str) -> None:
    known = books.all("Customer")[0]["Id"]
    books.edit("Customer", known, Notes="changed")
    event = books.sandbox.look(f"quickbooks/state?realm={books.realm}")["events"][-1]
    told = books.sandbox.look(f"quickbooks/webhooks/{event['id']}")[form]
    assert knock(told["body"].encode(), told["signature"]).content == b"1 stored"
    arrival = Arrival.objects.get()
    assert (arrival.kind, arrival.payload["remote_id"]) == ("Customer.Update", known)
