"""The payment page, as a browser without scripts meets it."""

import concurrent.futures

import pytest
import requests
import stripe
from stripe.checkout import Session

from tests.sandbox.asking import open_session
from tests.stand_ins import Sandbox

CARD = {
    "method": "card",
    "email": "pat@larkspur.example",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "card_name": "Pat Payer",
}
BANK = {
    "method": "us_bank_account",
    "email": "pat@larkspur.example",
    "us_bank_account_name": "Pat Payer",
    "routing": "110000000",
    "account_number": "000123456789",
}


def page(session: Session) -> str:
    assert session.url
    return requests.get(session.url, timeout=5).text


def post(session: Session, fields: dict[str, str]) -> requests.Response:
    assert session.url
    return requests.post(session.url, fields, timeout=5)


def test_it_says_who_what_and_how_much(client: stripe.StripeClient) -> None:
    shown = page(open_session(client, 1_824_000, customer_email="pat@larkspur.example"))
    for words in ("Hartwell &amp; Moss", "Invoice HM-2026-0418", "$18,240.00", "pat@larkspur.example"):
        assert words in shown
    assert 'href="http://demo.localhost:8000/pay/back"' in shown


def test_paying_leads_back(client: stripe.StripeClient) -> None:
    session = open_session(client)
    done = post(session, CARD)
    assert (done.status_code, "Payment received" in done.text) == (200, True)
    assert f'href="http://demo.localhost:8000/pay/done?session={session.id}" data-move-on' in done.text
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert paid.payment_status == "paid"
    assert paid.customer_details
    assert (paid.customer_details.email, paid.customer_details.name) == ("pat@larkspur.example", "Pat Payer")


def test_a_second_tab_learns_that_it_is_paid(client: stripe.StripeClient) -> None:
    session = open_session(client)
    post(session, CARD)
    again = requests.post(session.url or "", CARD, timeout=5)
    assert "This is already paid" in again.text
    assert "not charged again" in page(session)
    assert len(client.v1.charges.list().data) == 1


def test_two_tabs_at_once(client: stripe.StripeClient) -> None:
    session = open_session(client)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        texts = list(pool.map(lambda _: post(session, CARD).text, range(6)))
    assert sum("Payment received" in text for text in texts) == 1
    assert sum("This is already paid" in text for text in texts) == 5


def test_a_bank_debit_starts(client: stripe.StripeClient) -> None:
    session = open_session(client)
    assert "Bank debit started" in post(session, BANK).text
    assert "already under way" in page(session)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


@pytest.mark.parametrize(
    ("number", "words"),
    [("4000 0000 0000 0002", "Your card was declined."), ("4000000000009995", "insufficient funds")],
)
def test_a_declined_card_stays_on_the_page(client: stripe.StripeClient, number: str, words: str) -> None:
    session = open_session(client)
    answer = post(session, {**CARD, "number": number})
    assert (answer.status_code, words in answer.text) == (402, True)
    assert 'value="Pat Payer"' in answer.text
    assert "Payment received" in post(session, CARD).text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({**CARD, "number": "4242 4242 4242 4241"}, "number"),
        ({**CARD, "number": ""}, "number"),
        ({**CARD, "expiry": "13 / 34"}, "expiry"),
        ({**CARD, "expiry": "01 / 20"}, "expiry"),
        ({**CARD, "cvc": "12"}, "cvc"),
        ({**CARD, "card_name": " "}, "card_name"),
        ({**CARD, "email": "pat"}, "email"),
        ({**BANK, "routing": "110000001"}, "routing"),
        ({**BANK, "account_number": "12"}, "account_number"),
    ],
)
def test_a_field_that_cannot_be_is_named(
    client: stripe.StripeClient, fields: dict[str, str], name: str
) -> None:
    session = open_session(client)
    answer = post(session, fields)
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert client.v1.charges.list().data == []


def test_3d_secure_has_a_page(client: stripe.StripeClient) -> None:
    session = open_session(client)
    asked = post(session, {**CARD, "number": "4000 0025 0000 3155"})
    assert "Is this you?" in asked.text
    refused = requests.post(f"{session.url}/bank", {"answer": "refuse"}, timeout=5)
    assert (refused.status_code, "could not confirm" in refused.text) == (402, True)
    post(session, {**CARD, "number": "4000 0025 0000 3155"})
    assert "Payment received" in requests.post(f"{session.url}/bank", {"answer": "confirm"}, timeout=5).text


def test_expiring_beats_a_bank_that_is_still_asking(client: stripe.StripeClient) -> None:
    session = open_session(client)
    post(session, {**CARD, "number": "4000 0025 0000 3155"})
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    answer = requests.post(f"{session.url}/bank", {"answer": "confirm"}, timeout=5)
    assert (answer.status_code, "This page has expired" in answer.text) == (410, True)
    assert client.v1.payment_intents.list().data[0].status == "canceled"


def test_an_expired_page_takes_nothing(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client)
    sandbox.control("clock/advance", {"seconds": 24 * 3600})
    for answer in (requests.get(session.url or "", timeout=5), post(session, CARD)):
        assert (answer.status_code, "This page has expired" in answer.text) == (410, True)
    assert client.v1.charges.list().data == []


def test_a_page_that_never_was(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.http_url}/c/pay/cs_test_none", timeout=5)
    assert (answer.status_code, "There is nothing at this address" in answer.text) == (404, True)


def test_pages_run_nothing_from_elsewhere(client: stripe.StripeClient) -> None:
    policy = requests.get(open_session(client).url or "", timeout=5).headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_the_newcomers_pages(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client)
    post(session, BANK)
    home = requests.get(sandbox.http_url, timeout=5).text
    assert "4242 4242 4242 4242" in home
    listed = requests.get(f"{sandbox.http_url}/stripe", timeout=5).text
    assert "checkout.<wbr>session.<wbr>completed" in listed
    advanced = requests.post(f"{sandbox.http_url}/stripe/advance", timeout=5).text
    assert "Four days have passed" in advanced
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert "Not every event" in requests.post(f"{sandbox.http_url}/stripe/deliver", timeout=5).text
