"""What becomes of credit: applied, taken off, refunded; bad debt; voiding and issuing anew; as of any day."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.applying import (
    AlreadyTakenOff,
    CannotApply,
    apply_credit,
    apply_payment,
    unapply_credit,
    unapply_payment,
)
from billing.balance import balance_of
from billing.credit_balance import credit_left, payment_left
from billing.crediting import FreeLine, draft_free_credit
from billing.issuing_credits import CreditIsUsed, issue_credit, void_credit
from billing.models import BilledTime, CreditMemo, Invoice, InvoiceLine, Payment
from billing.receivables import aging, credits_tie_out, ties_out
from billing.receiving import record_payment
from billing.refunding import CannotRefund, cancel_refund, record_refund
from billing.reissuing import reissue_invoice
from billing.standing import standing_of
from billing.voiding import HasCredits, HasPayments, IsWrittenOff, void_invoice
from billing.writing_off import AlreadyUndone, ReasonIsMissing, reverse_write_off, write_off
from core.errors import NotAllowed
from ledger.balances import trial_balance
from ledger.closing import close_through
from ledger.promises import BooksAreClosed
from tests.billing.test_crediting import AT, credited
from tests.billing.test_issuing import issue
from tests.billing.work import drafted
from tests.cast import TODAY, Cast


def day(number: int) -> date:
    return date(2026, 11, number)


def billed(cast: Cast, minutes: int = 600, on: date = TODAY) -> Invoice:
    return issue(cast, drafted(cast, minutes), on=on)


def paid(cast: Cast, invoice: Invoice, amount: Any, on: date = TODAY) -> Payment:
    return record_payment(
        invoice=invoice,
        amount=Decimal(amount),
        method="CHECK",
        received_on=on,
        by=cast.finance,
        on=TODAY,
        at=datetime(2026, 11, 25, tzinfo=UTC),
    )


def free(cast: Cast, amount: Any, on: date = TODAY) -> CreditMemo:
    memo = draft_free_credit(
        client=cast.client,
        title="Goodwill",
        lines=[FreeLine("Delay", Decimal(amount))],
        reason="Delay",
        by=cast.finance,
    )
    return issue_credit(credit=memo, by=cast.finance, on=on, at=AT)


def books(on: date = TODAY) -> dict[str, Decimal]:
    return {line.purpose: line.balance_amount for line in trial_balance(on).lines if line.balance_amount}


def ties(on: date = TODAY) -> bool:
    return all(tie.ties for tie in (*ties_out(on), *credits_tie_out(on)))


def test_each_step_in_the_books(cast: Cast) -> None:
    """Table of literal cents: what each correction posts."""
    invoice = billed(cast, 600)
    memo = free(cast, "500")
    assert books() == {
        "RECEIVABLES": Decimal(1900), "REVENUE": Decimal(-1900), "CREDITED": Decimal(500), "CREDITS": Decimal(-500)
    }  # fmt: skip
    applied = apply_credit(
        credit=memo, invoice=invoice, amount=Decimal(300), by=cast.finance, on=TODAY, at=AT
    )
    assert (books()["RECEIVABLES"], books()["CREDITS"]) == (Decimal(1600), Decimal(-200))
    refund = record_refund(source=memo, by=cast.finance, refunded_on=TODAY, on=TODAY)
    assert refund.amount == Decimal(200)
    assert (books()["BANK"], books().get("CREDITS")) == (Decimal(-200), None)
    written = write_off(invoice=invoice, reason="Insolvent", by=cast.finance, on=TODAY, at=AT)
    assert (written.amount, books()["BAD_DEBT"], books().get("RECEIVABLES")) == (
        Decimal(1600), Decimal(1600), None
    )  # fmt: skip
    assert standing_of(invoice, on=TODAY).kind == "settled"
    reverse_write_off(written=written, by=cast.finance, on=TODAY)
    cancel_refund(refund=refund, by=cast.finance, on=TODAY)
    unapply_credit(application=applied, by=cast.finance, on=TODAY)
    void_credit(credit=memo, reason="Not agreed", by=cast.finance, on=TODAY, at=AT)
    assert books() == {"RECEIVABLES": Decimal(1900), "REVENUE": Decimal(-1900)}
    assert ties()


def test_the_rest_of_a_payment_is_refunded_without_touching_an_invoice(cast: Cast) -> None:
    """Case 15 of product.md 5.3: the payment is taken off a wrong invoice, a part pays the right one."""
    wrong, right = billed(cast, 600), billed(cast, 120)
    payment = paid(cast, wrong, 1900)
    unapply_payment(application=payment.applications.get(), by=cast.finance, on=TODAY)
    assert (balance_of(wrong).due, payment_left(payment)) == (Decimal(1900), Decimal(1900))
    apply_payment(payment=payment, invoice=right, by=cast.finance, on=TODAY, at=AT)
    assert (balance_of(right).due, payment_left(payment)) == (Decimal(0), Decimal(1520))
    before = Invoice.objects.order_by("pk").values_list("version", "total_amount", "state")
    seen = list(before)
    refund = record_refund(source=payment, by=cast.finance, refunded_on=TODAY, on=TODAY, reason="Paid twice")
    assert (refund.amount, payment_left(payment), list(before)) == (Decimal(1520), Decimal(0), seen)
    with pytest.raises(CannotRefund, match="Nothing is left"):
        record_refund(source=payment, by=cast.finance, refunded_on=TODAY, on=TODAY)
    assert books() == {
        "RECEIVABLES": Decimal(1900), "REVENUE": Decimal(-2280), "UNDEPOSITED": Decimal(1900), "BANK": Decimal(-1520)
    }  # fmt: skip
    assert ties()


def test_what_is_refused(cast: Cast) -> None:
    invoice = billed(cast, 600)
    memo = free(cast, 500)
    for amount in (0, -1, "500.01"):
        with pytest.raises(CannotApply):
            apply_credit(
                credit=memo, invoice=invoice, amount=Decimal(amount), by=cast.finance, on=TODAY, at=AT
            )
        with pytest.raises(CannotRefund):
            record_refund(source=memo, amount=Decimal(amount), by=cast.finance, refunded_on=TODAY, on=TODAY)
    with pytest.raises(CannotRefund):
        record_refund(source=memo, by=cast.finance, refunded_on=day(24), on=TODAY)
    with pytest.raises(CannotApply):
        write_off(invoice=invoice, amount=Decimal(1901), reason="x", by=cast.finance, on=TODAY, at=AT)
    with pytest.raises(ReasonIsMissing):
        write_off(invoice=invoice, reason=" ", by=cast.finance, on=TODAY, at=AT)
    for call in (
        lambda: apply_credit(credit=memo, invoice=invoice, by=cast.member, on=TODAY, at=AT),
        lambda: record_refund(source=memo, by=cast.member, refunded_on=TODAY, on=TODAY),
        lambda: write_off(invoice=invoice, reason="x", by=cast.manager, on=TODAY, at=AT),
    ):
        with pytest.raises(NotAllowed):
            call()
    applied = apply_credit(credit=memo, invoice=invoice, by=cast.finance, on=TODAY, at=AT)
    unapply_credit(application=applied, by=cast.finance, on=TODAY)
    with pytest.raises(AlreadyTakenOff):
        unapply_credit(application=applied, by=cast.finance, on=TODAY)
    written = write_off(invoice=invoice, reason="x", by=cast.finance, on=TODAY, at=AT)
    reverse_write_off(written=written, by=cast.finance, on=TODAY)
    with pytest.raises(AlreadyUndone):
        reverse_write_off(written=written, by=cast.finance, on=TODAY)
    close_through(on=TODAY, by=cast.finance)
    with pytest.raises(BooksAreClosed):
        apply_credit(credit=memo, invoice=invoice, by=cast.finance, on=TODAY, at=AT)


def test_voiding_says_what_to_do_first(cast: Cast) -> None:
    def void(invoice: Invoice) -> Invoice:
        return void_invoice(invoice=invoice, reason="Wrong", by=cast.finance, on=TODAY, at=AT)

    first = billed(cast)
    payment = paid(cast, first, 100)
    with pytest.raises(HasPayments, match="Take the payment off the invoice first, or credit"):
        void(first)
    unapply_payment(application=payment.applications.get(), by=cast.finance, on=TODAY)
    memo = credited(cast, first, minutes=60)
    with pytest.raises(HasCredits, match="CM-2026-0001"):
        void(first)
    with pytest.raises(CreditIsUsed):
        void_credit(credit=memo, reason="x", by=cast.finance, on=TODAY, at=AT)
    unapply_credit(application=memo.applications.get(), by=cast.finance, on=TODAY)
    void_credit(credit=memo, reason="x", by=cast.finance, on=TODAY, at=AT)
    written = write_off(invoice=first, reason="x", by=cast.finance, on=TODAY, at=AT)
    with pytest.raises(IsWrittenOff):
        void(first)
    reverse_write_off(written=written, by=cast.finance, on=TODAY)
    assert void(first).state == "VOID"
    assert ties()


@pytest.mark.parametrize("is_closed", [False, True])
def test_issued_anew_with_the_same_work(cast: Cast, is_closed: bool) -> None:
    invoice = issue(cast, drafted(cast, 20, 20, 20, rate=100), on=date(2026, 10, 30))
    if is_closed:
        close_through(on=date(2026, 10, 31), by=cast.finance)
    done = reissue_invoice(invoice=invoice, reason="Wrong address", by=cast.finance, on=TODAY, at=AT)
    invoice.refresh_from_db()
    assert (invoice.state, done.credit is not None) == ("ISSUED" if is_closed else "VOID", is_closed)
    assert balance_of(invoice).due == (0 if is_closed else Decimal("99.99"))
    assert done.draft.total_amount == Decimal("99.99")
    old, new = (InvoiceLine.objects.get(invoice=each) for each in (invoice, done.draft))
    assert (old.description, old.minutes, old.amount) == (new.description, new.minutes, new.amount)
    assert BilledTime.objects.filter(line=new, is_live=True).count() == 3
    assert not BilledTime.objects.filter(line=old, is_live=True).exists()
    again = issue(cast, done.draft)
    assert again.number == "INV-2026-0002"
    assert ties()


def test_money_that_came_before_the_invoice_is_credit_until_then(cast: Cast) -> None:
    invoice = billed(cast, 60, on=day(20))
    payment = paid(cast, invoice, 190, on=day(10))
    assert books(day(15)) == {"UNDEPOSITED": Decimal(190), "CREDITS": Decimal(-190)}
    assert all(ties(day(number)) for number in range(8, 26))
    assert payment.applications.get().applied_on == day(20)
    assert balance_of(invoice).is_paid


def test_a_day_that_was_asked_about_never_changes(cast: Cast) -> None:
    """Case 21 of product.md 5.3, with everything that can be undone."""
    invoice = billed(cast, 600, on=day(2))
    memo = free(cast, 500, on=day(3))
    applied = apply_credit(
        credit=memo, invoice=invoice, amount=Decimal(400), by=cast.finance, on=day(4), at=AT
    )
    written = write_off(invoice=invoice, amount=Decimal(1000), reason="x", by=cast.finance, on=day(6), at=AT)
    seen = {number: (aging(day(number)), books(day(number))) for number in range(1, 11)}
    figures = {number: [(row.total, row.credit_amount) for row in rows] for number, (rows, _) in seen.items()}
    assert figures[2] == [(Decimal(1900), Decimal(0))]
    assert figures[3] == [(Decimal(1900), Decimal(500))]
    assert figures[5] == [(Decimal(1500), Decimal(100))]
    assert figures[10] == [(Decimal(500), Decimal(100))]
    unapply_credit(application=applied, by=cast.finance, on=day(12))
    reverse_write_off(written=written, by=cast.finance, on=day(13))
    # Money recorded later, as received in between, counts from the day on which nothing undone stood any more.
    payment = paid(cast, invoice, 1900, on=day(9))
    assert payment.applications.get().applied_on == day(13)
    void_credit(credit=memo, reason="x", by=cast.finance, on=day(14), at=AT)
    for number in (1, 2, 3, 4, 5, 6, 7, 8):
        rows = [(row.total, row.credit_amount) for row in aging(day(number))]
        assert (rows, books(day(number))) == (figures[number], seen[number][1]), number
    assert all(ties(day(number)) for number in range(1, 26))
    memo.refresh_from_db()
    assert credit_left(memo) == 0
    assert balance_of(invoice).due == 0
