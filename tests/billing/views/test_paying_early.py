"""The early-payment discount on the client's page: offered within its days, taken to the cent; and what is disputed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache

from billing.balance import balance_of
from billing.invoice_list import Stage, invoices_page, matching, stage_of
from billing.models import BillingRules, Invoice, Payment, WriteOff
from billing.receivables import open_invoices
from billing.standing import standing_of
from billing.stopping import end_stop, open_dispute
from clients.agreeing import TermsWish, add_terms
from core import clock
from ledger.balances import trial_balance
from tests.billing.paying import Till
from tests.billing.views.test_pay import leave, words
from tests.days import today

pytestmark = pytest.mark.usefixtures("own_cache")


def early(till: Till, days_ago: int = 0) -> Invoice:
    """1,900.00 of which 38.00 fall away within ten days."""
    cache.clear()
    client = till.cast.client
    wanted = TermsWish("2/10 net 30", 30, discount_percent=Decimal(2), discount_days=10)
    client.payment_terms = add_terms(wanted=wanted, by=till.cast.finance)
    client.save()
    return till.issue(on=today() - timedelta(days=days_ago))


def stage(invoice: Invoice) -> Stage:
    return stage_of(matching("").get(pk=invoice.pk), today())


def test_by_card_within_the_days(till: Till) -> None:
    invoice = early(till)
    # Where nothing partial is taken, the amount less its discount is the whole.
    BillingRules.objects.update(allows_partial_payment=False)
    said = words(till.web.get(till.url(invoice)))
    assert "Pay $1,862.00 by" in said
    assert "2 % off, $38.00" in said
    assert "Pay $1,862.00" in said.split("Nothing about your card")[1]
    assert till.start(invoice, method="CARD", amount="1,861.99").status_code == 422
    leave(till.start(invoice, method="CARD"))
    payment = Payment.objects.get()
    assert payment.amount == Decimal(1862)
    till.pay(payment)
    till.settle(payment)
    assert "Paid, thank you" in words(till.web.get(till.url(invoice)))
    taken = WriteOff.objects.get()
    assert (taken.kind, taken.amount) == (WriteOff.Kind.DISCOUNT, Decimal(38))
    # It is paid, not written off.
    assert stage(invoice) == Stage.PAID
    assert trial_balance(today())


def test_a_bank_debit_counts_from_the_day_the_client_paid(till: Till) -> None:
    """Set out on the ninth day, under way for days: the discount ended meanwhile."""
    invoice = early(till, days_ago=12)
    payment = till.open(invoice, "1862", method="BANK_DEBIT")
    Payment.objects.update(created_at=clock.now() - timedelta(days=3))
    till.pay(payment, "us_bank_account")
    assert till.settle(payment).state == Payment.State.PROCESSING
    # What is left is its discount: nothing to pay twice.
    assert "Payment on its way" in words(till.web.get(till.url(invoice)))
    till.sandbox.control("clock/advance", {"seconds": 5 * 86400})
    assert till.settle(payment).state == Payment.State.SUCCEEDED
    assert balance_of(invoice).is_paid
    assert WriteOff.objects.get().amount == 38


def test_after_the_days_all_is_due(till: Till) -> None:
    invoice = early(till, days_ago=11)
    said = words(till.web.get(till.url(invoice)))
    assert "Pay $1,900.00" in said
    assert "off, $38.00" not in said
    payment = till.open(invoice, "1862")
    till.pay(payment)
    till.settle(payment)
    assert balance_of(invoice).due == 38
    assert standing_of(invoice, on=today()).kind == "partly"


def test_disputed_in_the_list_and_on_the_page(till: Till) -> None:
    invoice = till.issue()
    at = clock.now()
    asked = {"by": till.cast.finance, "on": at.date(), "at": at}
    stop = open_dispute(invoice=invoice, reason="Travel was not agreed", **asked)
    [row] = invoices_page("open", on=at.date()).rows
    assert row.state == ("warn", "message-question", "Disputed")
    assert [item.is_disputed for item in open_invoices(at.date())] == [True]
    said = words(till.web.get(till.url(invoice)))
    assert "You dispute this invoice" in said
    # Why stays with the firm.
    assert "Travel was not agreed" not in said
    end_stop(stop=stop, by=till.cast.finance, on=at.date())
    assert stage(invoice) == Stage.ISSUED
    assert [item.is_disputed for item in open_invoices(at.date())] == [False]
