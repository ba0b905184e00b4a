"""Two connections at once: one wins, the other is told, the database holds."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing.checkout import CheckoutIsBusy
from billing.models import Payment, PaymentApplication, PaymentJournal
from billing.ports import ProviderIsAway
from billing.receiving import AmountIsWrong, InvoiceTakesNoPayment
from billing.voiding import HasPayments, void_invoice
from core import clock
from core.errors import Refusal
from core.promises import promises
from integrations import inbox
from integrations.models import Arrival
from people.models import User
from tests.billing.paying import Till, connect
from tests.cast import add_cast
from tests.stand_ins import Sandbox
from tests.two_connections import at_once


@pytest.fixture
def shop(own_firm: Any, sandbox: Sandbox) -> Till:
    """A firm of its own that takes payments, committed."""
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    return Till(own_firm, cast, sandbox, connect(own_firm, sandbox), committed=lambda: None)


def test_two_payments_over_the_balance(shop: Till) -> None:
    invoice = shop.issue()
    results = at_once(shop.firm, lambda: shop.by_hand(invoice, "1000"), lambda: shop.by_hand(invoice, "1000"))
    assert sorted(type(each).__name__ for each in results) == ["AmountIsWrong", "Payment"]
    assert PaymentApplication.objects.get().amount == Decimal(1000)


def test_the_database_refuses_what_no_operation_checked(shop: Till) -> None:
    """Straight inserts in two open transactions: the second waits for the first, then counts."""
    invoice = shop.issue()

    def insert() -> None:
        with promises(), transaction.atomic():
            payment = Payment.objects.create(
                client=invoice.client,
                entity=invoice.entity,
                state="SUCCEEDED",
                currency="USD",
                amount=1000,
                received_on=clock.now().date(),
            )
            PaymentApplication.objects.create(payment=payment, invoice=invoice, amount=1000)

    results = at_once(shop.firm, insert, insert)
    refused = [each for each in results if isinstance(each, Refusal)]
    assert len(refused) == 1
    assert "more than is due" in refused[0].message
    assert PaymentApplication.objects.count() == 1


def test_what_was_received_never_changes(shop: Till) -> None:
    payment = shop.by_hand(shop.issue(), "1000")
    for statement in (
        "UPDATE billing_payment SET amount = 1",
        "UPDATE billing_payment SET state = 'FAILED'",
        "DELETE FROM billing_paymentapplication",
        "UPDATE billing_paymentapplication SET amount = 1",
        "DELETE FROM billing_paymentjournal; DELETE FROM billing_paymentapplication; DELETE FROM billing_payment",
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            connection.cursor().execute(statement)
    payment.refresh_from_db()
    assert payment.amount == Decimal(1000)


def test_the_same_payment_told_by_two_webhooks_at_once(shop: Till) -> None:
    payment = shop.open(shop.issue())
    shop.pay(payment)
    arrivals = [
        Arrival.objects.create(
            provider="stripe",
            event_id=event["event"]["id"],
            kind=event["event"]["type"],
            payload=event["event"],
        ).pk
        for event in shop.events()
        if event["event"]["type"].startswith(("checkout", "payment_intent"))
    ]
    assert len(arrivals) > 1
    handled = at_once(
        shop.firm, *[lambda pk=pk: inbox.handle(pk, at=clock.now()) for pk in (*arrivals, arrivals[0])]
    )
    assert {getattr(each, "state", None) for each in handled} <= {"DONE", None}
    payment.refresh_from_db()
    assert payment.state == "SUCCEEDED"
    assert PaymentJournal.objects.count() == 1
    assert PaymentApplication.objects.count() == 1


def test_two_tabs_press_pay_at_once(shop: Till) -> None:
    invoice = shop.issue()
    results = at_once(shop.firm, *[lambda: shop.open(invoice)] * 2)
    opened = [each for each in results if isinstance(each, Payment)]
    # The provider may ask the slower one to come again while it still works on the same key.
    assert all(isinstance(each, Payment | ProviderIsAway) for each in results), results
    assert len({each.checkout_url for each in opened}) == 1
    assert Payment.objects.count() == 1
    assert len(shop.sandbox.look()["sessions"]) == 1


def test_two_tabs_with_different_amounts_leave_one_checkout(shop: Till) -> None:
    invoice = shop.issue()
    results = at_once(shop.firm, lambda: shop.open(invoice, "500"), lambda: shop.open(invoice, "700"))
    assert any(isinstance(each, Payment) for each in results), results
    assert all(isinstance(each, Payment | CheckoutIsBusy | ProviderIsAway) for each in results), results
    still_open = [each for each in shop.sandbox.look()["sessions"] if each["status"] == "open"]
    assert [each["id"] for each in still_open] == [Payment.objects.get(state="PENDING").checkout_id]


def test_voided_and_paid_at_once(shop: Till) -> None:
    invoice = shop.issue()

    def void() -> Any:
        at = clock.now()
        return void_invoice(invoice=invoice, reason="Wrong", by=shop.cast.finance, on=at.date(), at=at)

    results = at_once(shop.firm, void, lambda: shop.by_hand(invoice, "1900"))
    assert sum(isinstance(each, HasPayments | InvoiceTakesNoPayment | AmountIsWrong) for each in results) == 1
    invoice.refresh_from_db()
    assert (invoice.state == "VOID") != PaymentApplication.objects.exists()
