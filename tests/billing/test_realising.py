"""Exchange differences to the cent: payments, credit, refunds, retainers; taken back; rates that come later."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.applying import apply_credit, apply_payment, unapply_payment
from billing.crediting import FreeLine, draft_free_credit
from billing.depositing import request_deposit
from billing.drafting import draft_invoice
from billing.drawing import draw_retainer
from billing.exchange import by_month, difference, missing_count
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit
from billing.models import CreditMemo, ExchangeDifference, Invoice, Payment
from billing.realising import work_out_missing
from billing.receivables import credits_tie_out, ties_out
from billing.receiving import record_payment
from billing.refunding import cancel_refund, record_refund
from billing.retaining import open_retainer, refund_retainer
from billing.voiding import void_invoice
from core.exchange import Row
from core.exchanging import set_rates
from ledger.balances import trial_balance
from tests.billing.work import THROUGH, log
from tests.cast import NOW, TODAY, Cast

D = Decimal
SECOND = date(2026, 11, 2)


def day(number: int) -> date:
    return date(2026, 11, number)


def quote(*rates: tuple[int, str]) -> None:
    rows = [Row("EUR", "USD", day(number), D(rate)) for number, rate in rates]
    set_rates(rows=rows, source="bank", by=None)


def in_euro(cast: Cast) -> Cast:
    """The client pays in euro, the firm's books are in dollars."""
    cast.client.currency = "EUR"
    cast.client.save()
    return cast


@pytest.fixture
def euro(cast: Cast) -> Cast:
    return in_euro(cast)


def billed(cast: Cast, amount: Any = 1000, on: date = SECOND) -> Invoice:
    log(cast.member, cast.design, 60, rate=amount, rate_currency="EUR")
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=on)
    return issue_invoice(invoice=draft, by=cast.finance, on=on, at=NOW)


def paid(cast: Cast, invoice: Invoice, amount: Any, on: date, **more: Any) -> Payment:
    wish = {"method": "CHECK", "by": cast.finance, "on": TODAY, "at": NOW}
    return record_payment(invoice=invoice, amount=D(amount), received_on=on, **wish | more)


def free(cast: Cast, amount: Any, on: date) -> CreditMemo:
    lines = [FreeLine("Delay", D(amount))]
    memo = draft_free_credit(
        client=cast.client, title="Goodwill", lines=lines, reason="Delay", by=cast.finance
    )
    return issue_credit(credit=memo, by=cast.finance, on=on, at=NOW)


def dollars(on: date = TODAY) -> dict[str, Decimal]:
    """The books in the firm's own currency: only differences stand there, and they balance."""
    trial = trial_balance(on)
    assert all(trial.balances(currency) for currency in trial.currencies)
    assert all(tie.ties for tie in (*ties_out(on), *credits_tie_out(on)))
    return {line.purpose: line.balance_amount for line in trial.of("USD") if line.balance_amount}


@pytest.mark.parametrize(
    ("amount", "booked", "settled", "currency", "worth"),
    [
        ("1000", "1.10", "1.15", "USD", "50.00"),
        ("1000", "1.15", "1.10", "USD", "-50.00"),
        ("333.33", "1.0842", "1.0917", "USD", "2.50"),  # 2.499975
        ("0.50", "1.10", "1.11", "USD", "0.01"),  # 0.005, half-up
        ("0.50", "1.11", "1.10", "USD", "-0.01"),
        ("100", "1.10", "1.10", "USD", "0.00"),
        ("12.34", "163.2", "158.75", "JPY", "-55"),  # −54.913
    ],
)
def test_literal_cents(amount: str, booked: str, settled: str, currency: str, worth: str) -> None:
    assert difference(D(amount), booked=D(booked), settled=D(settled), currency=currency) == D(worth)


def test_paid_in_parts_at_other_rates_and_taken_off(euro: Cast) -> None:
    quote((2, "1.10"), (9, "1.15"), (16, "1.08"))
    invoice = billed(euro)
    assert invoice.exchange_rate == D("1.10")
    first = paid(euro, invoice, "400", day(10))
    assert (first.exchange_rate, dollars()) == (D("1.15"), {"CONVERSION": D(20), "EXCHANGE": D(-20)})
    # The bank took another rate than that of the day: 600 × (1.075 − 1.10).
    paid(euro, invoice, "600", day(20), exchange_rate=D("1.075"))
    assert dollars() == {"CONVERSION": D(5), "EXCHANGE": D(-5)}
    assert dollars(day(19)) == {"CONVERSION": D(20), "EXCHANGE": D(-20)}
    [month] = by_month()
    assert (month.first_on, month.gains, month.losses, month.net) == (day(1), D(20), D(-15), D(5))
    unapply_payment(application=first.applications.get(), by=euro.finance, on=day(24))
    assert dollars() == {"CONVERSION": D(-15), "EXCHANGE": D(15)}
    assert dollars(day(23)) == {"CONVERSION": D(5), "EXCHANGE": D(-5)}
    # Applied again it is worth what it was when it came, whenever that is.
    apply_payment(payment=first, invoice=invoice, by=euro.finance, on=TODAY, at=NOW)
    assert dollars() == {"CONVERSION": D(5), "EXCHANGE": D(-5)}
    assert missing_count() == 0


def test_credit_and_refunds(euro: Cast) -> None:
    quote((2, "1.10"), (9, "1.15"), (16, "1.08"))
    invoice, memo = billed(euro), free(euro, "300", day(10))
    assert memo.exchange_rate == D("1.15")
    # 100 × (1.15 − 1.10)
    apply_credit(credit=memo, invoice=invoice, amount=D(100), by=euro.finance, on=day(12), at=NOW)
    assert dollars() == {"CONVERSION": D(5), "EXCHANGE": D(-5)}
    # What was booked at 1.15 costs 1.08: 200 × 0.07.
    refund = record_refund(source=memo, by=euro.finance, refunded_on=day(18), on=TODAY)
    assert dollars() == {"CONVERSION": D(19), "EXCHANGE": D(-19)}
    cancel_refund(refund=refund, by=euro.finance, on=TODAY)
    assert dollars() == {"CONVERSION": D(5), "EXCHANGE": D(-5)}


def test_a_draw_is_worth_what_its_deposits_were(euro: Cast) -> None:
    quote((2, "1.10"), (9, "1.15"), (16, "1.08"))
    retainer = open_retainer(client=euro.client, project=None, by=euro.finance, draws_by_itself=False)
    for amount, on in ((500, day(2)), (700, day(10))):
        request = request_deposit(retainer=retainer, amount=D(amount), by=euro.finance, on=on, at=NOW)
        paid(euro, request, amount, on)
    assert dollars() == {}
    invoice = billed(euro, 800, on=day(17))
    # 500 came at 1.10, 300 at 1.15; the invoice stands at 1.08: 10.00 and 21.00.
    draw_retainer(invoice=invoice, by=euro.finance, drawn_on=day(18), on=TODAY, at=NOW)
    assert dollars() == {"CONVERSION": D(31), "EXCHANGE": D(-31)}
    # The rest came at 1.15 and goes at 1.08.
    refund_retainer(retainer=retainer, amount=D(400), refunded_on=day(19), by=euro.finance, on=TODAY)
    assert dollars() == {"CONVERSION": D(59), "EXCHANGE": D(-59)}
    void_invoice(invoice=invoice, reason="Wrong", by=euro.finance, on=TODAY, at=NOW)
    assert dollars() == {"CONVERSION": D(28), "EXCHANGE": D(-28)}


def test_rates_that_are_entered_later(euro: Cast) -> None:
    invoice = billed(euro)
    payment = paid(euro, invoice, "1000", day(10))
    assert (invoice.exchange_rate, payment.exchange_rate, dollars(), missing_count()) == (None, None, {}, 1)
    assert work_out_missing(by=euro.finance) == 0
    quote((2, "1.10"), (9, "1.15"))
    assert (work_out_missing(by=euro.finance), work_out_missing(by=euro.finance)) == (1, 0)
    assert (dollars(day(9)), dollars(day(10))) == ({}, {"CONVERSION": D(50), "EXCHANGE": D(-50)})


def test_the_same_rate_and_the_own_currency(cast: Cast) -> None:
    log(cast.member, cast.design, 60)
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=day(2))
    paid(cast, issue_invoice(invoice=draft, by=cast.finance, on=day(2), at=NOW), "190", day(10))
    assert not ExchangeDifference.objects.exists()
    other = cast.client
    other.pk, other.name, other.currency = None, "Stadtwerke", "EUR"
    other.save()
    cast.project.client = other
    cast.project.save()
    quote((2, "1.10"))
    paid(cast, billed(cast, 100), "100", day(10))
    kept = ExchangeDifference.objects.get()
    assert (kept.difference_amount, kept.entry) == (0, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeDifference.objects.filter(pk=kept.pk).update(difference_amount=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.delete()
