"""Receivables: product.md 4.7 with its numbers, and documents that tie out with the books on any day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.drafting import draft_invoice
from billing.issuing import issue_invoice
from billing.models import BillingRules, Invoice, Payment, PaymentApplication
from billing.receivables import aging, bucket_of, credits_tie_out, open_invoices, ties_out
from billing.receiving import AmountIsWrong, InvoiceTakesNoPayment, _post, record_payment
from billing.voiding import void_invoice
from clients.models import PaymentTerms
from core import clock
from core.errors import NotAllowed
from core.models import Mail
from ledger.models import LedgerRules
from ledger.promises import BooksAreClosed
from tests.billing.work import FIRST, THROUGH, log
from tests.cast import Cast

AS_OF = date(2026, 3, 31)


def issued(cast: Cast, amount: int, on: date) -> Invoice:
    """An invoice over an amount, due in 30 days."""
    log(cast.member, cast.design, 60, day=FIRST, rate=amount)
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=on)
    return issue_invoice(invoice=draft, by=cast.finance, on=on, at=clock.now())


def pay(cast: Cast, invoice: Invoice, amount: int | str, on: date, **more: Any) -> Payment:
    return record_payment(
        **{
            "invoice": invoice,
            "amount": Decimal(amount),
            "method": "CHECK",
            "received_on": on,
            "by": cast.finance,
            "on": clock.now().date(),
            "at": clock.now(),
        }
        | more
    )


@pytest.fixture
def five(cast: Cast) -> dict[int, Invoice]:
    """The example of product.md 4.7 (terms Net 30)."""
    cast.client.payment_terms = PaymentTerms.objects.create(name="Thirty days", net_days=30)
    cast.client.save()
    rows = {
        104: (3_000, date(2025, 11, 20)),
        101: (8_000, date(2026, 1, 5)),
        102: (20_000, date(2026, 2, 10)),
        103: (12_000, date(2026, 3, 1)),
        105: (10_000, date(2026, 3, 15)),
    }
    invoices = {number: issued(cast, amount, on) for number, (amount, on) in rows.items()}
    pay(cast, invoices[101], 8_000, date(2026, 4, 2))
    pay(cast, invoices[102], 5_000, date(2026, 3, 20))
    return invoices


def overpaid(cast: Cast, amount: int, on: date) -> None:
    """Money that came without an invoice that it could pay, as online payments of void invoices do."""
    payment = Payment.objects.create(
        client=cast.client,
        entity=Invoice.objects.all()[0].entity,
        state="SUCCEEDED",
        currency="USD",
        amount=amount,
        received_on=on,
        provider="stripe",
    )
    _post(payment, Invoice.objects.all()[0], applied=Decimal(0), by=None)


def test_the_example_to_the_cent(cast: Cast, five: dict[int, Invoice]) -> None:
    overpaid(cast, 2_000, date(2026, 3, 5))
    found = {item.invoice.pk: (item.open_amount, item.days_overdue) for item in open_invoices(AS_OF)}
    assert found == {
        five[101].pk: (Decimal(8_000), 55),
        five[102].pk: (Decimal(15_000), 19),
        five[103].pk: (Decimal(12_000), 0),
        five[104].pk: (Decimal(3_000), 101),
        five[105].pk: (Decimal(10_000), -14),
    }
    [row] = aging(AS_OF)
    assert row.buckets == [Decimal(amount) for amount in (22_000, 15_000, 8_000, 0, 3_000)]
    assert (row.total, row.credit_amount, row.net) == (48_000, 2_000, 46_000)
    [row] = aging(AS_OF, since_issued=True)
    assert row.buckets == [Decimal(amount) for amount in (0, 22_000, 15_000, 8_000, 3_000)]
    days = {item.invoice.pk: item.days_since_issued for item in row.invoices}
    assert days == {
        five[number].pk: age for number, age in ((101, 85), (102, 49), (103, 30), (104, 131), (105, 16))
    }
    assert [tie.ties for tie in (*ties_out(AS_OF), *credits_tie_out(AS_OF))] == [True, True]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-14, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)],
)
def test_edges_of_the_buckets(days: int, bucket: int) -> None:
    assert bucket_of(days) == bucket


def test_later_events_do_not_change_an_earlier_day(cast: Cast, five: dict[int, Invoice]) -> None:
    before = aging(AS_OF)
    pay(cast, five[103], 12_000, date(2026, 4, 20))
    void_invoice(invoice=five[104], reason="Wrong", by=cast.finance, on=date(2026, 4, 21), at=clock.now())
    assert [(row.buckets, row.total) for row in aging(AS_OF)] == [(row.buckets, row.total) for row in before]
    later = {item.invoice.pk for item in open_invoices(date(2026, 4, 21))}
    assert later == {five[102].pk, five[105].pk}


def test_documents_tie_out_with_the_books_on_every_day(cast: Cast, five: dict[int, Invoice]) -> None:
    void_invoice(invoice=five[104], reason="Wrong", by=cast.finance, on=date(2026, 4, 21), at=clock.now())
    day = date(2025, 11, 15)
    seen = set()
    while day < date(2026, 5, 1):
        for tie in ties_out(day):
            assert tie.ties, (day, tie)
            seen.add(tie.documents)
        day += timedelta(days=1)
    assert {Decimal(3_000), Decimal(48_000), Decimal(40_000), Decimal(37_000)} <= seen


def test_as_many_statements_for_a_hundred(
    cast: Cast, five: dict[int, Invoice], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        aging(AS_OF)
    with django_assert_num_queries(2):
        ties_out(AS_OF)


def test_a_payment_by_hand_is_in_the_books_and_receipted(cast: Cast) -> None:
    invoice = issued(cast, 1_000, date(2026, 11, 2))
    payment = pay(cast, invoice, "400", date(2026, 11, 10), reference="1044")
    lines = {
        line.account.purpose: line.debit_amount - line.credit_amount
        for line in payment.journal.get().entry.lines.select_related("account")
    }
    assert lines == {"UNDEPOSITED": Decimal(400), "RECEIVABLES": Decimal(-400)}
    assert payment.recorded_by_name == "Kemi Ogundipe"
    receipt = Mail.objects.get()
    assert "Still open: $600.00" in receipt.text
    assert "Check" in receipt.text


def test_what_is_refused_by_hand(cast: Cast) -> None:
    today = clock.now().date()
    invoice = issued(cast, 1_000, date(2026, 11, 2))
    refused: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"amount": Decimal("1000.01")}, AmountIsWrong, "amount"),
        ({"amount": Decimal("0.5")}, AmountIsWrong, "amount"),
        ({"received_on": today + timedelta(days=1)}, AmountIsWrong, "received_on"),
        ({"by": cast.member}, NotAllowed, ""),
    ]
    for changed, error, field in refused:
        with pytest.raises(error) as refusal:
            pay(cast, invoice, changed.pop("amount", "10"), changed.pop("received_on", today), **changed)
        assert refusal.value.field == field
    LedgerRules.objects.update(closed_through=date(2026, 11, 5))
    with pytest.raises(BooksAreClosed) as closed:
        pay(cast, invoice, "10", date(2026, 11, 5))
    assert closed.value.field == "received_on"
    assert not Payment.objects.exists()
    assert not PaymentApplication.objects.exists()


def test_drafts_and_void_invoices_take_none(cast: Cast) -> None:
    log(cast.member, cast.design, 60)
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=date(2026, 11, 2))
    with pytest.raises(InvoiceTakesNoPayment, match="not issued yet"):
        pay(cast, draft, "10", date(2026, 11, 2))


def test_the_last_cents_may_be_less_than_the_minimum(cast: Cast) -> None:
    BillingRules.objects.update(minimum_payment_amount=Decimal(100))
    invoice = issued(cast, 150, date(2026, 11, 2))
    pay(cast, invoice, "100", date(2026, 11, 3))
    pay(cast, invoice, "50", date(2026, 11, 3))
    assert open_invoices(date(2026, 11, 4)) == []
