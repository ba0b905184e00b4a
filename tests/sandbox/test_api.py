"""Keys, accounts, parameters, idempotency, faults: the way of one API request."""

import threading
import time
from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.asking import open_session, wish
from tests.stand_ins import Sandbox, run_sandbox


def _code(error: stripe.StripeError) -> str | None:
    return error.error.code if error.error else None


def test_a_wrong_key_is_refused(sandbox: Sandbox) -> None:
    client = stripe.StripeClient("sk_test_wrong", base_addresses={"api": sandbox.http_url})
    with pytest.raises(stripe.AuthenticationError) as caught:
        client.v1.events.list()
    assert caught.value.http_status == 401
    assert "Invalid API Key" in str(caught.value)
    assert requests.get(f"{sandbox.http_url}/v1/events", timeout=5).status_code == 401


def test_an_unknown_account_is_forbidden(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.PermissionError) as caught:
        sandbox.stripe("acct_stranger").v1.events.list()
    assert (caught.value.http_status, _code(caught.value)) == (403, "account_invalid")


def test_accounts_do_not_see_each_other(sandbox: Sandbox) -> None:
    ours, theirs = sandbox.stripe(sandbox.account("Ours")), sandbox.stripe(sandbox.account("Theirs"))
    session = open_session(ours)
    for stranger in (theirs, sandbox.stripe()):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            stranger.v1.checkout.sessions.retrieve(session.id)
        assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
        assert stranger.v1.checkout.sessions.list().data == []
    assert [each.id for each in ours.v1.checkout.sessions.list().data] == [session.id]


def test_a_disconnected_account_is_forbidden_from_then_on(sandbox: Sandbox, firm: str) -> None:
    client = sandbox.stripe(firm)
    open_session(client)
    sandbox.control(f"accounts/{firm}/disconnect")
    with pytest.raises(stripe.PermissionError):
        client.v1.checkout.sessions.list()
    assert sandbox.look()["events"][-1]["event"]["type"] == "account.application.deauthorized"


def test_unknown_addresses_are_told(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"Unrecognized request URL \(GET: /v1/customers\)"):
        sandbox.stripe().v1.customers.list()


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"payment_intent_data": {"capture": "x"}}, "parameter_unknown", "payment_intent_data[capture]"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        (
            {
                "line_items": [
                    {"price_data": {"currency": "usd", "product_data": {"name": "A"}}, "quantity": 1}
                ]
            },
            "parameter_missing",
            "line_items[0][price_data][unit_amount]",
        ),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"success_url": "nowhere"}, "url_invalid", "success_url"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata"),
        ({"payment_method_types": ["sofort"]}, None, "payment_method_types[0]"),
        ({"payment_intent_data": {"application_fee_amount": 10_001}}, None, None),
        ({"mode": "subscription"}, None, "mode"),
    ],
)
def test_bad_parameters_are_refused_by_name(
    client: stripe.StripeClient, more: dict[str, Any], code: str | None, param: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        open_session(client, **more)
    assert caught.value.http_status == 400
    assert caught.value.code == code
    if param:
        assert caught.value.param == param


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (50, "usd", None),
        (99_999_999, "usd", None),
        (100_000_000, "usd", "amount_too_large"),
        (49, "jpy", "amount_too_small"),
        (50, "jpy", None),
        (29, "gbp", "amount_too_small"),
    ],
)
def test_amounts_have_limits(
    client: stripe.StripeClient, amount: int, currency: str, code: str | None
) -> None:
    asked = wish(amount, payment_method_types=["card"])
    asked["line_items"][0]["price_data"]["currency"] = currency
    if code is None:
        assert client.v1.checkout.sessions.create(params=asked).amount_total == amount  # type: ignore[arg-type]
        return
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(params=asked)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_lenient_sandbox_overlooks_what_it_does_not_know(tmp_path_factory: pytest.TempPathFactory) -> None:
    with run_sandbox(tmp_path_factory.mktemp("lenient"), strict=False) as lenient:
        assert open_session(lenient.stripe(), colour="red").status == "open"


def test_versions_and_request_ids_come_back(client: stripe.StripeClient) -> None:
    answer = open_session(client).last_response
    assert answer is not None
    assert answer.headers["Stripe-Version"] == stripe.api_version
    assert str(answer.request_id).startswith("req_")


def test_lists_turn_pages(client: stripe.StripeClient) -> None:
    made = [open_session(client, client_reference_id=str(number)).id for number in range(5)]
    first = client.v1.checkout.sessions.list(params={"limit": 2})
    assert [each.id for each in first.data] == made[:2:-1]
    assert first.has_more
    walked = [each.id for each in first.auto_paging_iter()]
    assert walked == made[::-1]
    back = client.v1.checkout.sessions.list(params={"limit": 2, "ending_before": made[0]})
    assert [each.id for each in back.data] == [made[2], made[1]]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.list(params={"starting_after": "cs_test_none"})
    assert caught.value.code == "resource_missing"


def test_a_repeated_key_answers_the_same(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "attempt-1"}
    first = client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    again = client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    assert again.id == first.id
    assert again.last_response
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(sandbox.look()["sessions"]) == 1
    log = [each for each in sandbox.look()["requests"] if each["idempotency_key"] == "attempt-1"]
    assert [each["is_replayed"] for each in log] == [False, True]


def test_a_key_is_for_one_set_of_parameters_of_one_account(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "attempt-1"}
    client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.checkout.sessions.create(params=wish(20_000), options=options)  # type: ignore[arg-type]
    assert caught.value.http_status == 400
    other = sandbox.stripe(sandbox.account("Another"))
    assert other.v1.checkout.sessions.create(params=wish(20_000), options=options)  # type: ignore[arg-type]


def test_a_key_is_kept_for_a_day(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "attempt-1"}
    first = client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    sandbox.control("clock/advance", {"seconds": 24 * 3600 - 60})
    second = client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    assert second.id == first.id
    sandbox.control("clock/advance", {"seconds": 60})
    third = client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    assert third.id != first.id


def test_a_refused_parameter_is_not_stored_but_a_refused_operation_is(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "attempt-1"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(params=wish(colour="red"), options=options)  # type: ignore[arg-type]
    session = client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    client.v1.checkout.sessions.expire(session.id)
    for is_replayed in (False, True):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "again"})
        assert ("Idempotent-Replayed" in (caught.value.headers or {})) == is_replayed


def test_two_at_once_with_one_key(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    sandbox.control("faults", {"match": "POST /v1/checkout/sessions", "kind": "delay", "seconds": 1})
    options: stripe.RequestOptions = {"idempotency_key": "attempt-1"}
    made: list[str] = []

    def create() -> None:
        made.append(client.v1.checkout.sessions.create(params=wish(), options=options).id)  # type: ignore[arg-type]

    thread = threading.Thread(target=create)
    thread.start()
    until = time.monotonic() + 5
    while sandbox.look()["faults"] and time.monotonic() < until:
        pass  # the first request has not arrived yet
    with pytest.raises(stripe.APIError) as caught:
        client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    assert (caught.value.http_status, _code(caught.value)) == (409, "idempotency_key_in_use")
    thread.join()
    assert [each["id"] for each in sandbox.look()["sessions"]] == made


@pytest.mark.parametrize("kind", ["drop_after_commit", "cut_body"])
def test_a_lost_answer_is_found_again_by_its_key(sandbox: Sandbox, firm: str, kind: str) -> None:
    sandbox.control("faults", {"match": "POST /v1/checkout/sessions", "kind": kind, "times": 1})
    options: stripe.RequestOptions = {"idempotency_key": "attempt-1"}
    with pytest.raises(stripe.APIConnectionError):
        sandbox.stripe(firm).v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    assert len(sandbox.look()["sessions"]) == 1
    found = sandbox.stripe(firm).v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    assert found.id == sandbox.look()["sessions"][0]["id"]
    assert len(sandbox.look()["sessions"]) == 1


def test_the_clients_own_retry_survives_a_lost_answer(sandbox: Sandbox, firm: str) -> None:
    sandbox.control("faults", {"match": "POST /v1/checkout", "kind": "drop_after_commit", "times": 1})
    session = open_session(sandbox.stripe(firm, retries=2))
    assert [each["id"] for each in sandbox.look()["sessions"]] == [session.id]


def test_too_many_requests(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    sandbox.control("faults", {"match": r"(GET|POST) /v1/checkout", "kind": "429", "times": 2})
    options: stripe.RequestOptions = {"idempotency_key": "attempt-1"}
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
    assert client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]


def test_a_failure_inside_is_stored_and_a_failure_at_the_gate_is_not(sandbox: Sandbox, firm: str) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "attempt-1"}
    client = sandbox.stripe(firm)
    sandbox.control("faults", {"match": "/v1/checkout", "kind": "503"})
    sandbox.control("faults", {"match": "/v1/checkout", "kind": "5xx"})
    for status in (503, 500, 500):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.checkout.sessions.create(params=wish(), options=options)  # type: ignore[arg-type]
        assert caught.value.http_status == status
    assert sandbox.look()["sessions"] == []


def test_a_slow_answer_runs_into_the_callers_patience(sandbox: Sandbox, firm: str) -> None:
    sandbox.control("faults", {"match": "/v1/checkout", "kind": "delay", "seconds": 2})
    hurried = stripe.StripeClient(
        sandbox.api_key,
        base_addresses={"api": sandbox.http_url},
        stripe_account=firm,
        http_client=stripe.RequestsClient(timeout=0.3),
    )
    with pytest.raises(stripe.APIConnectionError, match=r"timed out|Timeout"):
        hurried.v1.checkout.sessions.list()
