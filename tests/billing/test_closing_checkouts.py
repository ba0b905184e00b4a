"""Checkouts that ask for more than is due are closed; what is paid all the same is the client's credit."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.closing_checkouts import KIND
from billing.models import Payment
from billing.receivables import credits_tie_out, ties_out
from billing.receiving import InvoiceTakesNoPayment
from core import clock, outbox
from core.models import Mail, OutboxRow
from tests.billing.paying import Till, booked

State = Payment.State


def test_a_payment_by_hand_closes_the_open_checkout(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    with till.committed():
        till.by_hand(invoice, "1900")
    payment.refresh_from_db()
    assert payment.state == State.CANCELED
    assert till.sandbox.look()["sessions"][0]["status"] == "expired"
    assert OutboxRow.objects.get(kind=KIND).state == "DONE"


def test_an_open_checkout_that_still_fits_stays(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice, "500")
    with till.committed():
        till.by_hand(invoice, "1000")
    payment.refresh_from_db()
    assert payment.state == State.PENDING
    assert not OutboxRow.objects.filter(kind=KIND).exists()


def test_a_checkout_is_closed_later_when_the_provider_is_away(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    till.sandbox.control("faults", {"match": "GET /v1/checkout/sessions", "kind": "503", "times": 3})
    with till.committed():
        till.by_hand(invoice, "1900")
    assert OutboxRow.objects.get(kind=KIND).state == "QUEUED"
    outbox.drain(at=clock.now() + timedelta(minutes=2))
    payment.refresh_from_db()
    assert payment.state == State.CANCELED


def test_overpaid_because_the_page_was_faster_than_its_closing(till: Till) -> None:
    """Paid by hand, and online a moment before the page was closed: the excess is the client's credit."""
    invoice = till.issue()
    payment = till.open(invoice)
    till.by_hand(invoice, "1500")
    till.pay(payment)
    payment = till.settle(payment)
    assert [part.amount for part in payment.applications.all()] == [Decimal(400)]
    assert booked(till) == {
        "UNDEPOSITED": Decimal(1500),
        "PROCESSOR": Decimal(1900),
        "CREDITS": Decimal(-1500),
        "REVENUE": Decimal(-1900),
    }
    today = clock.now().date()
    assert [tie.ties for tie in (*ties_out(today), *credits_tie_out(today))] == [True, True]
    assert "Kept as your credit: $1,500.00" in Mail.objects.filter(kind="billing.receipt").latest("pk").text


def test_overpaid_because_the_invoice_was_voided_meanwhile(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    till.pay(payment)
    # The message has not come yet, so nothing here knows of the payment.
    with till.committed():
        till.void(invoice)
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED
    assert not payment.applications.exists()
    assert booked(till) == {"PROCESSOR": Decimal(1900), "CREDITS": Decimal(-1900)}
    assert till.settle(payment).journal.count() == 1


def test_voiding_closes_the_open_checkout(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    with till.committed():
        till.void(invoice)
    payment.refresh_from_db()
    assert payment.state == State.CANCELED
    with pytest.raises(InvoiceTakesNoPayment, match="is void"):
        till.open(invoice)
