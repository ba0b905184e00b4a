"""Paying online, against the stand-in for Stripe by Stripe's own library."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.balance import balance_of
from billing.checkout import check_checkout, close_checkout
from billing.models import BillingRules, Payment
from billing.ports import AmountIsNotTaken, OnlinePaymentIsOff, ProviderIsAway
from billing.receivables import ties_out
from billing.receiving import AmountIsWrong, InvoiceTakesNoPayment
from billing.voiding import HasPayments
from clients.models import Client
from core import clock
from core.models import Mail
from integrations.stripe.catching_up import catch_up
from ledger.models import LedgerRules
from tests.billing.paying import Till, booked

State = Payment.State


def test_a_card_pays_in_full(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    assert payment.checkout_url.startswith(till.sandbox.http_url)
    till.pay(payment)
    payment = till.settle(payment)
    assert (payment.state, payment.method, payment.amount) == ("SUCCEEDED", "CARD", Decimal(1900))
    assert payment.provider_payment_id.startswith("pi_")
    assert balance_of(invoice).is_paid
    assert booked(till) == {"PROCESSOR": Decimal(1900), "REVENUE": Decimal(-1900)}
    receipt = Mail.objects.get(kind="billing.receipt")
    assert (receipt.to, receipt.subject) == (
        ["ap@larkspur.example"],
        f"Receipt for invoice {invoice.number}: $1,900.00",
    )


def test_stripe_gets_what_it_needs_and_nothing_else(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    [session] = till.sandbox.look()["sessions"]
    expected = {"firm": "firm_hm", "invoice": str(invoice.pk), "attempt": str(payment.attempt)}
    assert session["metadata"] == expected
    assert session["client_reference_id"] == str(payment.attempt)
    assert (session["amount_total"], session["currency"]) == (190_000, "usd")
    assert session["payment_method_types"] == ["card"]
    assert session["_account"] == till.account
    assert (session["customer_email"], session["locale"]) == ("ap@larkspur.example", "en")
    till.pay(payment)
    [intent] = till.sandbox.look()["intents"]
    assert intent["metadata"] == expected


def test_duplicate_late_and_shuffled_messages_change_nothing(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    till.pay(payment)
    events = till.events()
    assert len(events) > 2
    payment = till.settle(payment, *reversed(events), *events)
    assert payment.state == State.SUCCEEDED
    assert payment.journal.count() == 1
    assert Mail.objects.filter(kind="billing.receipt").count() == 1
    # Months later the first message comes once more.
    assert till.tell(events[0]) == [200]
    assert payment.journal.count() == 1


def test_two_tabs_share_one_checkout_and_the_second_pays_nothing(till: Till) -> None:
    invoice = till.issue()
    first, second = till.open(invoice), till.open(invoice)
    assert (first.pk, first.checkout_url) == (second.pk, second.checkout_url)
    till.pay(first)
    till.settle(first)
    with pytest.raises(InvoiceTakesNoPayment, match="is paid"):
        till.open(invoice)
    assert len(till.sandbox.look()["sessions"]) == 1


def test_another_amount_or_method_closes_the_old_checkout(till: Till) -> None:
    invoice = till.issue()
    whole, part = till.open(invoice), till.open(invoice, "500")
    whole.refresh_from_db()
    assert (whole.state, part.state) == (State.CANCELED, State.PENDING)
    by_bank = till.open(invoice, "500", "BANK_DEBIT")
    states = {each["id"]: each["status"] for each in till.sandbox.look()["sessions"]}
    assert states == {whole.checkout_id: "expired", part.checkout_id: "expired", by_bank.checkout_id: "open"}


def test_the_old_checkout_was_paid_before_it_could_be_closed(till: Till) -> None:
    invoice = till.issue()
    till.pay(till.open(invoice, "500"))
    rest = till.open(invoice, "1400")
    assert balance_of(invoice).due == Decimal(1400)
    till.pay(rest)
    till.settle(rest)
    assert balance_of(invoice).is_paid
    assert [tie.ties for tie in ties_out(clock.now().date())] == [True]


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0.99", "Pay at least $1.00."), ("0", "Pay at least"), ("1900.01", "No more than $1,900.00 is due.")],
)
def test_amounts_out_of_bounds(till: Till, amount: str, words: str) -> None:
    with pytest.raises(AmountIsWrong, match=words.replace("$", r"\$")) as refused:
        till.open(till.issue(), amount)
    assert refused.value.field == "amount"
    assert till.sandbox.look()["sessions"] == []


def test_without_partial_payment_only_the_whole_balance(till: Till) -> None:
    BillingRules.objects.update(allows_partial_payment=False)
    invoice = till.issue()
    with pytest.raises(AmountIsWrong, match=r"Pay at least \$1,900.00"):
        till.open(invoice, "500")
    assert till.open(invoice).amount == Decimal(1900)


def test_what_stripe_does_not_move_is_said(till: Till) -> None:
    BillingRules.objects.update(minimum_payment_amount=Decimal("0.10"))
    with pytest.raises(AmountIsNotTaken) as refused:
        till.open(till.issue(), "0.20")
    assert refused.value.field == "amount"


def test_a_bank_debit_takes_days_and_reserves_meanwhile(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice, method="BANK_DEBIT")
    till.pay(payment, "us_bank_account")
    payment = till.settle(payment)
    assert (payment.state, payment.received_on) == (State.PROCESSING, None)
    balance = balance_of(invoice)
    assert (balance.due, balance.processing, balance.payable) == (Decimal(1900), Decimal(1900), 0)
    assert booked(till) == {"RECEIVABLES": Decimal(1900), "REVENUE": Decimal(-1900)}
    with pytest.raises(InvoiceTakesNoPayment, match="on its way"):
        till.open(invoice)
    with pytest.raises(HasPayments):
        till.void(invoice)
    till.sandbox.control("clock/advance", {"seconds": 5 * 86400})
    payment = till.settle(payment)
    assert (payment.state, payment.method) == (State.SUCCEEDED, "BANK_DEBIT")
    assert booked(till) == {"PROCESSOR": Decimal(1900), "REVENUE": Decimal(-1900)}


def test_a_bank_debit_that_fails_opens_the_invoice_again(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice, method="BANK_DEBIT")
    till.pay(payment, "us_bank_account", "000111111113")
    till.settle(payment)
    early = till.events()
    till.sandbox.control("clock/advance", {"seconds": 5 * 86400})
    payment = till.settle(payment)
    assert (payment.state, payment.failure_message) == ("FAILED", "The bank account has been closed.")
    assert balance_of(invoice).payable == Decimal(1900)
    assert not payment.applications.exists()
    mail = Mail.objects.get(kind="billing.payment_failed")
    assert "did not go through" in mail.subject
    assert "The bank account has been closed." in mail.text
    # An early message that comes late does not bring it back.
    assert till.settle(payment, *early).state == State.FAILED
    till.pay(till.open(invoice))
    till.tell(*till.events())
    assert balance_of(invoice).is_paid


def test_a_page_that_nobody_used_expires(till: Till) -> None:
    invoice = till.issue()
    old = till.open(invoice)
    till.sandbox.control("clock/advance", {"seconds": 24 * 3600})
    assert till.settle(old).state == State.CANCELED
    assert till.open(invoice).pk != old.pk


def test_a_page_that_is_about_to_expire_is_replaced(till: Till) -> None:
    invoice = till.issue()
    old = till.open(invoice)
    till.sandbox.control("clock/advance", {"seconds": 22 * 3600 + 1800})
    new = till.open(invoice, at=clock.now() + timedelta(hours=22, minutes=30))
    old.refresh_from_db()
    assert (old.state, new.state) == (State.CANCELED, State.PENDING)


def test_an_answer_that_was_lost_is_found_again(till: Till) -> None:
    invoice = till.issue()
    till.sandbox.control(
        "faults", {"match": "POST /v1/checkout/sessions", "kind": "drop_after_commit", "times": 3}
    )
    with pytest.raises(ProviderIsAway):
        till.open(invoice)
    assert Payment.objects.get().checkout_id == ""
    payment = till.open(invoice)
    [session] = till.sandbox.look()["sessions"]
    assert payment.checkout_id == session["id"]


def test_a_lost_answer_is_closed_when_the_client_changes_the_amount(till: Till) -> None:
    invoice = till.issue()
    till.sandbox.control(
        "faults", {"match": "POST /v1/checkout/sessions", "kind": "drop_after_commit", "times": 3}
    )
    with pytest.raises(ProviderIsAway):
        till.open(invoice)
    part = till.open(invoice, "500")
    states = {each["amount_total"]: each["status"] for each in till.sandbox.look()["sessions"]}
    assert states == {190_000: "expired", 50_000: "open"}
    assert Payment.objects.get(state=State.PENDING) == part


def test_a_lost_answer_that_was_paid_all_the_same(till: Till) -> None:
    invoice = till.issue()
    till.sandbox.control(
        "faults", {"match": "POST /v1/checkout/sessions", "kind": "drop_after_commit", "times": 3}
    )
    with pytest.raises(ProviderIsAway):
        till.open(invoice)
    [session] = till.sandbox.look()["sessions"]
    till.sandbox.control(f"checkout/{session['id']}/pay", {"method": "card"})
    payment = till.settle(Payment.objects.get())
    assert (payment.state, payment.checkout_id) == (State.SUCCEEDED, session["id"])


@pytest.mark.parametrize(("kind", "times"), [("503", 3), ("429", 1), ("cut_body", 1)])
def test_a_provider_that_is_away_loses_nothing(till: Till, kind: str, times: int) -> None:
    invoice = till.issue()
    till.sandbox.control("faults", {"match": "POST /v1/checkout/sessions", "kind": kind, "times": times})
    with pytest.raises(ProviderIsAway, match="Nothing was charged"):
        till.open(invoice)
    till.pay(till.open(invoice))
    till.tell(*till.events())
    assert balance_of(invoice).is_paid
    assert Payment.objects.count() == 1


def test_catching_up_when_no_message_ever_came(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    till.pay(payment)
    Payment.objects.update(created_at=clock.now() - timedelta(hours=1))
    assert catch_up(at=clock.now()) == 1
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED
    assert catch_up(at=clock.now()) == 0


def test_catching_up_ends_attempts_that_were_never_opened(till: Till) -> None:
    till.sandbox.control("faults", {"match": "POST /v1/checkout/sessions", "kind": "503", "times": 3})
    with pytest.raises(ProviderIsAway):
        till.open(till.issue())
    Payment.objects.update(created_at=clock.now() - timedelta(hours=1))
    catch_up(at=clock.now())
    assert Payment.objects.get().state == State.PENDING
    catch_up(at=clock.now() + timedelta(hours=24))
    assert Payment.objects.get().state == State.CANCELED


def test_one_unknown_checkout_does_not_hold_up_the_others(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    till.pay(payment)
    till.open(till.issue(60), "190")
    Payment.objects.exclude(pk=payment.pk).update(checkout_id="cs_test_of_another_account")
    Payment.objects.update(created_at=clock.now() - timedelta(hours=1))
    assert catch_up(at=clock.now()) == 2
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED


def test_money_arrives_also_while_the_books_of_the_day_are_closed(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    till.pay(payment)
    closed = clock.now().date() + timedelta(days=3)
    LedgerRules.objects.update(closed_through=closed)
    assert till.settle(payment).received_on == closed + timedelta(days=1)


def test_yen_have_no_cents(till: Till) -> None:
    Client.objects.update(currency="JPY")
    invoice = till.issue(currency="JPY")
    with pytest.raises(OnlinePaymentIsOff):
        till.open(invoice, method="BANK_DEBIT")
    payment = till.open(invoice)
    assert till.sandbox.look()["sessions"][0]["amount_total"] == 1900
    till.pay(payment)
    assert till.settle(payment).amount == Decimal(1900)


def test_a_closed_or_asked_payment_that_is_over_stays_as_it_is(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    till.pay(payment)
    at: Any = clock.now()
    closed = close_checkout(payment=payment, on=at.date(), at=at)
    assert closed.state == State.SUCCEEDED
    assert check_checkout(payment=closed, on=at.date(), at=at).state == State.SUCCEEDED
