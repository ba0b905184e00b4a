"""Sessions, intents, charges, refunds, disputes: what happens to money."""

import concurrent.futures
import time

import pytest
import stripe
from stripe.checkout import Session

from tests.sandbox.asking import open_session, types_of
from tests.stand_ins import Sandbox, SandboxRefused, run_sandbox

FOUR_DAYS = 4 * 86_400


def reload(client: stripe.StripeClient, session: Session) -> Session:
    """The session with everything that hangs on it."""
    path = "payment_intent.latest_charge.balance_transaction"
    return client.v1.checkout.sessions.retrieve(session.id, params={"expand": [path, "line_items"]})


def test_a_card_pays_at_once(sandbox: Sandbox, firm: str, client: stripe.StripeClient) -> None:
    marks = {"tenant": "hm", "invoice": "418"}
    session = open_session(
        client,
        12_345,
        client_reference_id="418",
        metadata=marks,
        payment_intent_data={"metadata": marks, "description": "Invoice 418"},
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    sandbox.control(f"checkout/{session.id}/pay", {"method": "card", "account": firm})
    paid = reload(client, session)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.client_reference_id == "418"
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received, intent.metadata.to_dict()) == ("succeeded", 12_345, marks)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.amount, charge.description) == (True, 12_345, "Invoice 418")
    booked = charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert (booked.amount, booked.fee, booked.net) == (12_345, 388, 11_957)  # 2.9 % is 358.005, and 30
    assert types_of(client)[1:] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_metadata_of_a_session_stays_there(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client, metadata={"invoice": "418"})
    sandbox.control(f"checkout/{session.id}/pay", {})
    intent = reload(client, session).payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.metadata.to_dict() == {}


def test_a_session_is_paid_once(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client)

    def pay(_: int) -> int:
        try:
            sandbox.control(f"checkout/{session.id}/pay", {})
        except SandboxRefused as refused:
            return refused.status
        return 200

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(pay, range(8)))
    assert answers == [200] + [409] * 7
    assert len(client.v1.charges.list().data) == 1


def test_a_declined_card_leaves_the_session_open(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client)
    with pytest.raises(SandboxRefused) as caught:
        sandbox.control(f"checkout/{session.id}/pay", {"account_number": "4000 0000 0000 9995"})
    assert (caught.value.status, caught.value.body["error"]["decline_code"]) == (402, "insufficient_funds")
    tried = reload(client, session)
    assert tried.status == "open"
    intent = tried.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    sandbox.control(f"checkout/{session.id}/pay", {})
    again = reload(client, session)
    assert isinstance(again.payment_intent, stripe.PaymentIntent)
    assert (again.payment_status, again.payment_intent.id) == ("paid", intent.id)
    assert [charge.status for charge in client.v1.charges.list().data] == ["succeeded", "failed"]


def test_3d_secure_asks_the_bank(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client)
    asked = sandbox.control(f"checkout/{session.id}/pay", {"number": "4000002500003155"})
    assert asked["status"] == "requires_action"
    with pytest.raises(SandboxRefused):
        sandbox.control(f"checkout/{session.id}/authenticate", {"is_confirmed": False})
    sandbox.control(f"checkout/{session.id}/pay", {"number": "4000002500003155"})
    assert sandbox.control(f"checkout/{session.id}/authenticate")["status"] == "succeeded"
    assert types_of(client).count("payment_intent.requires_action") == 2


def test_a_bank_debit_takes_four_days(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client, 100_000)
    sandbox.control(f"checkout/{session.id}/pay", {"method": "us_bank_account"})
    waiting = reload(client, session)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    intent = waiting.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.status == "processing"
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.balance_transaction) == ("pending", None)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create(params={"charge": charge.id})
    sandbox.control("clock/advance", {"seconds": FOUR_DAYS - 60})
    assert reload(client, session).payment_status == "unpaid"
    sandbox.control("clock/advance", {"seconds": 60})
    paid = reload(client, session)
    assert paid.payment_status == "paid"
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert isinstance(paid.payment_intent.latest_charge, stripe.Charge)
    booked = paid.payment_intent.latest_charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert booked.fee == 500  # 0.8 %, at most 5.00
    assert types_of(client)[1:] == [
        "payment_intent.created",
        "payment_intent.processing",
        "charge.pending",
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("000111111113", "account_closed"),
        ("000111111116", "no_account"),
        ("000222222227", "insufficient_funds"),
        ("000333333335", "debit_not_authorized"),
        ("000987654321", "no_account"),
    ],
)
def test_a_bank_debit_comes_back(
    sandbox: Sandbox, client: stripe.StripeClient, number: str, code: str
) -> None:
    session = open_session(client)
    sandbox.control(f"checkout/{session.id}/pay", {"method": "us_bank_account", "account_number": number})
    sandbox.control("clock/advance", {"seconds": FOUR_DAYS})
    failed = reload(client, session)
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    intent = failed.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error
    assert intent.last_payment_error.code == code
    ended = ["charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    assert types_of(client)[-3:] == ended


def test_a_debit_that_is_returned_after_success_is_a_lost_dispute(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    session = open_session(client)
    sandbox.control(
        f"checkout/{session.id}/pay", {"method": "us_bank_account", "account_number": "000555555559"}
    )
    sandbox.control("clock/advance", {"seconds": FOUR_DAYS})
    assert reload(client, session).payment_status == "paid"
    assert [dispute.status for dispute in client.v1.disputes.list().data] == ["lost"]
    assert types_of(client)[-3:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    ]


@pytest.mark.parametrize(
    ("minutes", "is_accepted"), [(28, False), (30, True), (24 * 60, True), (24 * 60 + 2, False)]
)
def test_a_session_lasts_between_half_an_hour_and_a_day(
    client: stripe.StripeClient, minutes: int, is_accepted: bool
) -> None:
    ends = int(time.time()) + minutes * 60
    if is_accepted:
        assert open_session(client, expires_at=ends).expires_at == ends
        return
    with pytest.raises(stripe.InvalidRequestError) as caught:
        open_session(client, expires_at=ends)
    assert caught.value.param == "expires_at"


def test_a_session_expires_by_time_and_by_hand(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    by_time = open_session(client, expires_at=int(time.time()) + 1800)
    by_hand = open_session(client)
    assert client.v1.checkout.sessions.expire(by_hand.id).status == "expired"
    sandbox.control("clock/advance", {"seconds": 1900})
    expired = reload(client, by_time)
    assert (expired.status, expired.url) == ("expired", None)
    assert types_of(client)[1:] == ["checkout.session.expired"] * 2
    for session in (by_time, by_hand):
        with pytest.raises(SandboxRefused) as caught:
            sandbox.control(f"checkout/{session.id}/pay", {})
        assert caught.value.status == 409
        with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
            client.v1.checkout.sessions.expire(session.id)


def test_a_caller_on_real_time_is_understood_after_the_clock_was_moved(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.control("clock/advance", {"seconds": FOUR_DAYS})
    session = open_session(client, expires_at=int(time.time()) + 3600)
    assert reload(client, session).status == "open"
    sandbox.control("clock/advance", {"seconds": 3700})
    assert reload(client, session).status == "expired"


def test_refunds_in_parts(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client)
    paid = sandbox.control(f"checkout/{session.id}/pay", {})
    charge = paid["payment_intent"]["latest_charge"]
    first = client.v1.refunds.create(params={"charge": charge, "amount": 4_000, "metadata": {"why": "x"}})
    assert (first.status, first.amount) == ("succeeded", 4_000)
    with pytest.raises(
        stripe.InvalidRequestError, match=r"\(\$70.00\) is greater than unrefunded .* \(\$60.00\)"
    ):
        client.v1.refunds.create(params={"charge": charge, "amount": 7_000})
    rest = client.v1.refunds.create(params={"payment_intent": paid["payment_intent"]["id"]})
    assert rest.amount == 6_000
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create(params={"charge": charge})
    assert caught.value.code == "charge_already_refunded"
    assert client.v1.charges.retrieve(charge).refunded
    assert len(client.v1.refunds.list(params={"charge": charge}).data) == 2


def test_a_refund_that_fails_gives_the_money_back_to_the_balance(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    session = open_session(client)
    paid = sandbox.control(f"checkout/{session.id}/pay", {"number": "4000000000005126"})
    refund = client.v1.refunds.create(params={"charge": paid["payment_intent"]["latest_charge"]})
    sandbox.control("clock/advance", {"seconds": 3 * 86_400})
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert not client.v1.charges.retrieve(str(refund.charge)).refunded
    assert types_of(client)[-1] == "refund.failed"


@pytest.mark.parametrize(("status", "nets"), [("won", [-11_500, 10_000]), ("lost", [-11_500])])
def test_a_disputed_card(
    sandbox: Sandbox, firm: str, client: stripe.StripeClient, status: str, nets: list[int]
) -> None:
    session = open_session(client)
    charge = sandbox.control(f"checkout/{session.id}/pay", {})["payment_intent"]["latest_charge"]
    dispute = sandbox.control(f"charges/{charge}/dispute", {"account": firm})
    assert (dispute["status"], dispute["amount"]) == ("needs_response", 10_000)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create(params={"charge": charge})
    assert caught.value.code == "charge_disputed"
    sandbox.control(f"disputes/{dispute['id']}/close", {"status": status, "account": firm})
    closed = client.v1.disputes.retrieve(dispute["id"])
    assert closed.status == status
    assert [booked.net for booked in closed.balance_transactions] == nets
    assert types_of(client)[-1] == "charge.dispute.closed"


def test_intents_without_a_page(client: stripe.StripeClient) -> None:
    asked: stripe.params.PaymentIntentCreateParams = {"amount": 5_000, "currency": "usd"}
    waiting = client.v1.payment_intents.create(params=asked)
    assert waiting.status == "requires_payment_method"
    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_intents.confirm(waiting.id, params={"payment_method": "pm_card_chargeDeclined"})
    assert (declined.value.http_status, declined.value.code) == (402, "card_declined")
    paid = client.v1.payment_intents.confirm(waiting.id, params={"payment_method": "pm_card_visa"})
    assert paid.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.cancel(waiting.id)
    assert caught.value.code == "payment_intent_unexpected_state"
    other = client.v1.payment_intents.create(params=asked)
    assert client.v1.payment_intents.cancel(other.id).status == "canceled"


def test_a_restricted_account_takes_no_payment(
    sandbox: Sandbox, firm: str, client: stripe.StripeClient
) -> None:
    sandbox.control(f"accounts/{firm}/restrict")
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make charges"):
        open_session(client)


def test_everything_survives_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("kept")
    with run_sandbox(folder, api_key="sk_test_kept") as before:
        firm = before.account()
        session = open_session(before.stripe(firm))
        before.control("clock/advance", {"seconds": 600})
        paid = before.control(f"checkout/{session.id}/pay", {"method": "us_bank_account"})
    with run_sandbox(folder, api_key="sk_test_kept") as after:
        assert after.look()["clock"]["offset"] == 600
        after.control("clock/advance", {"seconds": FOUR_DAYS})
        intent = after.stripe(firm).v1.payment_intents.retrieve(paid["payment_intent"]["id"])
        assert intent.status == "succeeded"
