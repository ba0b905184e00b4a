"""Stripe's messages: verified on the raw body, stored once in their firm's inbox, handled once."""

import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from billing.models import Payment
from core import clock
from integrations import inbox
from integrations.models import Arrival, Connection
from integrations.tasks import catch_up_payments
from tenants.models import ExternalAccount, Firm
from tests.billing.paying import Till

State = Arrival.State


def sign(till: Till, body: str, *, at: float | None = None, secret: str = "") -> str:
    stamp = int(time.time() if at is None else at)
    key = (secret or till.sandbox.webhook_secret).encode()
    return f"t={stamp},v1={hmac.new(key, f'{stamp}.{body}'.encode(), hashlib.sha256).hexdigest()}"


@pytest.fixture
def paid(till: Till) -> Payment:
    """Paid at Stripe; nothing of it has been told."""
    payment = till.open(till.issue())
    till.pay(payment)
    return payment


@pytest.fixture
def told(till: Till, paid: Payment) -> str:
    """The body of the message about it."""
    return till.signed(till.events("checkout.session.completed")[0])["body"]


def test_forged_old_and_future_messages_are_refused(till: Till, paid: Payment, told: str) -> None:
    now = time.time()
    refused = [
        sign(till, told, secret="whsec_guessed"),
        sign(till, told + " "),
        sign(till, told, at=now - 301),
        sign(till, told, at=now + 330),
        "",
        "t=,v1=",
        "t=²,v1=x",
        f"t={'9' * 5000},v1=x",
        f"{sign(till, told)},t={int(now)}",
        sign(till, told).replace("v1=", "v0="),
    ]
    assert {till.post(told, signature) for signature in refused} == {400}
    assert not Arrival.objects.exists()
    assert till.post(told, sign(till, told, at=now + 200)) == 200
    paid.refresh_from_db()
    assert paid.state == "SUCCEEDED"


def test_while_a_secret_is_rolled_both_are_good(till: Till, paid: Payment, told: str, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", till.sandbox.webhook_secret]
    assert till.post(told, sign(till, told)) == 200
    assert till.post(told, sign(till, told, secret="whsec_new")) == 200
    assert Arrival.objects.count() == 1


def test_without_a_secret_nothing_is_believed(till: Till, paid: Payment, told: str, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []
    assert till.post(told, sign(till, told, secret="")) == 400


def test_an_account_of_nobody_is_answered_and_dropped(till: Till, paid: Payment, told: str) -> None:
    body = json.dumps(json.loads(told) | {"account": "acct_of_nobody"})
    assert till.post(body, sign(till, body)) == 200
    assert not Arrival.objects.exists()
    platform = json.dumps({key: value for key, value in json.loads(told).items() if key != "account"})
    assert till.post(platform, sign(till, platform)) == 200
    assert not Arrival.objects.exists()


def test_another_firms_account_reaches_that_firm_only(till: Till, paid: Payment, told: str) -> None:
    """The account decides, not what metadata claims: it names our attempt, and reaches the other firm."""
    other = Firm.objects.get(slug="other")
    ExternalAccount.objects.create(provider="stripe", account_id="acct_other", firm=other)
    body = json.dumps(json.loads(told) | {"account": "acct_other", "id": "evt_other"})
    assert till.post(body, sign(till, body)) == 200
    assert not Arrival.objects.exists()
    paid.refresh_from_db()
    assert paid.state == "PENDING"
    connection.set_tenant(other)
    arrival = inbox.handle(Arrival.objects.get().pk, at=clock.now())
    assert arrival is not None
    assert arrival.state == State.IGNORED
    connection.set_tenant(till.firm)


def test_metadata_of_another_firm_is_not_ours(till: Till, paid: Payment, told: str) -> None:
    event = json.loads(told)
    event["data"]["object"]["metadata"]["firm"] = "firm_other"
    body = json.dumps(event)
    assert till.post(body, sign(till, body)) == 200
    assert Arrival.objects.get().state == State.IGNORED


def test_a_closed_firm_hears_nothing(till: Till, paid: Payment, told: str) -> None:
    Firm.objects.filter(pk=till.firm.pk).update(state="CLOSED")
    assert till.post(told, sign(till, told)) == 200
    assert not Arrival.objects.exists()


def test_what_concerns_nothing_of_ours_is_ignored(till: Till) -> None:
    body = json.dumps(
        {
            "id": "evt_1",
            "type": "checkout.session.completed",
            "account": till.account,
            "data": {
                "object": {"id": "cs_of_a_shop", "object": "checkout.session", "metadata": {"attempt": "x"}}
            },
        }
    )
    assert till.post(body, sign(till, body)) == 200
    assert Arrival.objects.get().state == State.IGNORED
    payout = body.replace("checkout.session.completed", "payout.paid").replace("evt_1", "evt_2")
    assert till.post(payout, sign(till, payout)) == 200
    assert {each.state for each in Arrival.objects.all()} == {State.IGNORED}


def test_the_webhook_is_on_the_root_host_only(till: Till, told: str) -> None:
    answer = till.web.post(
        "/webhooks/stripe",
        told,
        content_type="application/json",
        headers={"Stripe-Signature": sign(till, told)},
    )
    assert answer.status_code == 404


def test_a_message_that_fails_is_kept_and_handled_later(till: Till, paid: Payment, told: str) -> None:
    till.sandbox.control("faults", {"match": "GET /v1/checkout", "kind": "503", "times": 3})
    assert till.post(told, sign(till, told)) == 200
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.attempts) == (State.FAILED, 1)
    assert "does not answer" in arrival.message
    assert inbox.sweep(at=clock.now() + timedelta(minutes=5)) == 1
    arrival.refresh_from_db()
    paid.refresh_from_db()
    assert (arrival.state, paid.state) == (State.DONE, "SUCCEEDED")


def test_one_bad_message_holds_up_no_other(till: Till, paid: Payment, told: str) -> None:
    Arrival.objects.create(
        provider="stripe", event_id="evt_bad", kind="checkout.session.completed", payload={}
    )
    Arrival.objects.create(provider="unheard-of", event_id="evt_worse", kind="x", payload={})
    event = json.loads(told)
    Arrival.objects.create(provider="stripe", event_id=event["id"], kind=event["type"], payload=event)
    inbox.sweep(at=clock.now() + timedelta(minutes=5))
    paid.refresh_from_db()
    assert paid.state == "SUCCEEDED"
    assert Arrival.objects.get(event_id="evt_bad").message == "KeyError: 'data'"


def test_a_message_whose_worker_died_is_handled_by_the_next_round(
    till: Till, paid: Payment, told: str
) -> None:
    event = json.loads(told)
    Arrival.objects.create(
        provider="stripe",
        event_id=event["id"],
        kind=event["type"],
        payload=event,
        arrived_at=clock.now() - timedelta(hours=1),
    )
    catch_up_payments()
    paid.refresh_from_db()
    assert paid.state == "SUCCEEDED"
    assert inbox.handle(Arrival.objects.get().pk, at=clock.now()) is None


def test_restricted_ready_and_deauthorized(till: Till) -> None:
    def health() -> str:
        return Connection.objects.get().health

    till.sandbox.control(f"accounts/{till.account}/restrict")
    till.tell(*till.events())
    assert health() == "RESTRICTED"
    payment = Payment.objects.filter(state="PENDING").first()
    assert payment is None
    till.sandbox.control("accounts", {"id": till.account})
    till.tell(*till.events())
    assert health() == "READY"
    payment = till.open(till.issue())
    till.sandbox.control(f"accounts/{till.account}/disconnect")
    till.tell(*till.events())
    assert health() == "LOST"
    payment.refresh_from_db()
    assert payment.state == "CANCELED"


def test_word_about_an_account_that_was_left_before_changes_nothing(till: Till) -> None:
    ExternalAccount.objects.create(provider="stripe", account_id="acct_old", firm=till.firm)
    body = json.dumps(
        {
            "id": "evt_old",
            "type": "account.application.deauthorized",
            "account": "acct_old",
            "data": {"object": {"id": "ca_1", "object": "application"}},
        }
    )
    assert till.post(body, sign(till, body)) == 200
    assert Connection.objects.get().health == "READY"
