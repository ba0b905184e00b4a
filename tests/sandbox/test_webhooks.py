"""Events: signed, delivered in the background, again until they are taken, twice and out of order on demand."""

import pytest
import stripe

from tests.sandbox.asking import open_session
from tests.sandbox.conftest import Receiver
from tests.stand_ins import Sandbox, run_sandbox


def pay(sandbox: Sandbox, firm: str) -> str:
    session = open_session(sandbox.stripe(firm))
    sandbox.control(f"checkout/{session.id}/pay", {})
    return session.id


def test_events_arrive_signed(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.aim(receiver.url, "localhost:8000")
    firm = sandbox.account()
    session = pay(sandbox, firm)
    receiver.wait_for(5)
    events = {event.type: event for event in receiver.events(sandbox.webhook_secret)}
    completed = events["checkout.session.completed"]
    assert completed.id.startswith("evt_")
    assert (completed.account, completed.api_version, completed.livemode) == (firm, stripe.api_version, False)
    assert completed.data.object["id"] == session
    assert completed.data.object["payment_status"] == "paid"
    assert receiver.arrivals[0][1]["Host"] == "localhost:8000"
    with pytest.raises(stripe.SignatureVerificationError):
        receiver.events("whsec_another")


def test_an_event_names_the_request_that_caused_it(sandbox: Sandbox, firm: str) -> None:
    client = sandbox.stripe(firm)
    session = open_session(client)
    expired = client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "close-1"})
    event = client.v1.events.list(params={"type": "checkout.session.expired"}).data[0]
    assert event.request
    assert expired.last_response
    assert (event.request.idempotency_key, event.request.id) == ("close-1", expired.last_response.request_id)


def test_a_refused_event_comes_again_by_itself(sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answers = [500, 302]
    sandbox.aim(receiver.url)
    sandbox.account()
    receiver.wait_for(3)
    assert len({event.id for event in receiver.events(sandbox.webhook_secret)}) == 1
    assert sandbox.deliver() == []  # nothing is left to deliver
    attempts = sandbox.look()["events"][0]["attempts"]
    assert [attempt["status"] for attempt in attempts] == [500, 302, 200]


def test_a_server_that_is_down_is_tried_until_it_is_up(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.aim("http://127.0.0.1:9/nobody")
    sandbox.account()
    assert [result["status"] for result in sandbox.deliver()] == [None]
    sandbox.aim(receiver.url)
    assert [result["status"] for result in sandbox.deliver()] == [200]
    assert receiver.types() == ["account.updated"]


def test_a_paused_target_is_served_by_hand_only(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.aim(receiver.url, is_paused=True)
    pay(sandbox, sandbox.account())
    assert receiver.arrivals == []
    assert len(sandbox.deliver(shuffle=True)) == 5
    assert sandbox.deliver() == []
    assert len(sandbox.deliver(duplicate=True, shuffle=True)) == 5
    ids = [event.id for event in receiver.events(sandbox.webhook_secret)]
    assert (len(ids), len(set(ids))) == (10, 5)
    assert sorted(ids[:5]) == sorted(ids[5:])


def test_a_fresh_signature_for_who_has_no_server(sandbox: Sandbox, firm: str) -> None:
    event_id = sandbox.look()["events"][0]["event"]["id"]
    signed = sandbox.look(f"webhooks/{event_id}")
    event = stripe.Webhook.construct_event(signed["body"], signed["signature"], sandbox.webhook_secret)
    assert (event.id, event.account) == (event_id, firm)


def test_events_can_be_caught_up_with(sandbox: Sandbox, firm: str) -> None:
    client = sandbox.stripe(firm)
    pay(sandbox, firm)
    listed = client.v1.events.list(params={"types": ["checkout.session.*", "charge.succeeded"]})
    assert [event.type for event in listed.data] == ["checkout.session.completed", "charge.succeeded"]
    assert client.v1.events.retrieve(listed.data[0].id).id == listed.data[0].id
    assert sandbox.stripe().v1.events.list().data == []
    later = {"created": {"gt": listed.data[0].created}}
    assert client.v1.events.list(params=later).data == []  # type: ignore[arg-type]
    sandbox.control("clock/advance", {"seconds": 31 * 86_400})
    assert client.v1.events.list(params={"type": "charge.succeeded"}).data == []


def test_what_was_not_taken_survives_a_restart(
    tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    with run_sandbox(folder, webhook_secret="whsec_kept") as before:
        before.account()
    with run_sandbox(folder, receiver.url, webhook_secret="whsec_kept"):
        receiver.wait_for(1)
    assert [event.type for event in receiver.events("whsec_kept")] == ["account.updated"]
