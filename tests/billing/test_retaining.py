"""Retainers: deposits in, draws, top-ups, refunds; the books tie out on every day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from billing.applying import unapply_payment
from billing.depositing import AddressIsMissing, NotADeposit, request_deposit
from billing.drawing import DrawsTooMuch, NothingToDraw, TooEarly, draw_retainer
from billing.issuing import issue_invoice
from billing.letters import usual_message
from billing.models import Invoice, Payment, Retainer, RetainerMovement
from billing.paper import paper_of
from billing.receivables import credits_tie_out, open_invoices, ties_out
from billing.receiving import record_payment
from billing.reissuing import IsADeposit, reissue_invoice
from billing.retainers import holding_of, retainers_tie_out
from billing.retaining import (
    LiesInTheFuture,
    NotItsProject,
    NotSoMuchLeft,
    TargetIsTooLow,
    change_retainer,
    open_retainer,
    refund_retainer,
)
from billing.standing import standing_of
from billing.voiding import HasPayments, void_invoice
from clients.models import Client
from core.errors import NotAllowed, Refusal
from core.promises import promises
from ledger.balances import account_balance
from ledger.closing import close_through
from ledger.models import Account
from ledger.promises import BooksAreClosed
from tests.billing.work import drafted
from tests.cast import TODAY, Cast

AT = datetime(2026, 11, 25, 15, tzinfo=UTC)
D = Decimal


def opened(cast: Cast, **fields: Any) -> Retainer:
    wanted = {"client": cast.client, "project": None, "by": cast.finance}
    return open_retainer(**wanted | fields)


def asked(cast: Cast, retainer: Retainer, amount: Any, *, on: date = TODAY) -> Invoice:
    return request_deposit(retainer=retainer, amount=D(amount), by=cast.finance, on=on, at=AT)


def deposited(cast: Cast, retainer: Retainer, amount: Any, *, on: date = TODAY) -> Payment:
    request = asked(cast, retainer, amount, on=on)
    return record_payment(
        invoice=request, amount=D(amount), method="CHECK", received_on=on, by=cast.finance, on=TODAY, at=AT
    )


def issued(cast: Cast, amount: Any, *, on: date = TODAY) -> Invoice:
    """An issued invoice of one hour at this rate."""
    draft = drafted(cast, 60, rate=amount)
    return issue_invoice(invoice=draft, by=cast.finance, on=on, at=AT)


def draw(cast: Cast, invoice: Invoice, **fields: Any) -> list[Payment]:
    wanted = {"by": cast.finance, "drawn_on": TODAY, "on": TODAY, "at": AT}
    return draw_retainer(invoice=invoice, **wanted | fields)


def due(invoice: Invoice) -> Decimal:
    return standing_of(invoice, on=TODAY).balance.due


def ties(*days: date) -> bool:
    return all(
        tie.ties
        for day in days or (TODAY,)
        for tie in (*ties_out(day), *credits_tie_out(day), *retainers_tie_out(day))
    )


def test_deposit_10000_two_invoices_and_the_top_up(cast: Cast) -> None:
    retainer = opened(cast, minimum=D(3000), target=D(10000))
    request = asked(cast, retainer, 10000)
    assert (request.number, request.kind, holding_of(retainer, TODAY).balance) == (
        "RET-2026-0001",
        "DEPOSIT",
        0,
    )
    assert open_invoices(TODAY) == []
    record_payment(
        invoice=request, amount=D(10000), method="CHECK", received_on=TODAY, by=cast.finance, on=TODAY, at=AT
    )
    assert account_balance(Account.Purpose.DEPOSITS, "USD", TODAY) == -10000

    first = issued(cast, 4200)
    assert (due(first), holding_of(retainer, TODAY).balance) == (0, 5800)
    assert retainer.requests.count() == 1
    second = issued(cast, 6500)
    holding = holding_of(retainer, TODAY)
    assert (due(second), holding.balance, holding.requested) == (700, 0, 10000)
    top_up = retainer.requests.select_related("invoice").get(is_top_up=True).invoice
    assert (top_up.number, top_up.total_amount, top_up.state) == ("RET-2026-0002", 10000, "ISSUED")
    assert ties()
    # Another invoice asks for nothing more: it is asked for already.
    issued(cast, 100)
    assert retainer.requests.count() == 2


def test_a_request_is_no_sale_and_a_receipt_is_no_credit(cast: Cast) -> None:
    retainer = opened(cast)
    payment = deposited(cast, retainer, 500)
    assert {line.account.purpose for line in payment.journal.get().entry.lines.all()} == {
        "UNDEPOSITED",
        "DEPOSITS",
    }
    request = retainer.requests.get().invoice
    assert request.journal.count() == 0
    assert request.document.content["kind"] == "DEPOSIT"
    assert standing_of(request, on=TODAY).kind == "paid"
    assert ties()


def test_project_money_first_and_what_expires_first(cast: Cast) -> None:
    wide = opened(cast, expires_after_months=1)
    deposited(cast, wide, 100, on=TODAY - timedelta(days=40))
    deposited(cast, wide, 200, on=TODAY - timedelta(days=10))
    bound = opened(cast, project=cast.project)
    deposited(cast, bound, 50)
    invoice = issued(cast, 400)
    assert due(invoice) == 150
    assert (holding_of(bound, TODAY).balance, holding_of(wide, TODAY).available) == (0, 0)
    # The first deposit has expired: it is the client's still, and is not drawn.
    assert holding_of(wide, TODAY).balance == 100
    assert ties(TODAY - timedelta(days=40), TODAY)


def test_a_draw_by_hand_of_less(cast: Cast) -> None:
    retainer = opened(cast, draws_by_itself=False)
    deposited(cast, retainer, 1000)
    invoice = issued(cast, 600)
    assert due(invoice) == 600
    (payment,) = draw(cast, invoice, amount=D("250.55"))
    assert (payment.method, due(invoice)) == ("RETAINER", D("349.45"))
    with pytest.raises(DrawsTooMuch, match=r"At most \$349.45"):
        draw(cast, invoice, amount=D(350))
    draw(cast, invoice)
    assert (due(invoice), holding_of(retainer, TODAY).balance) == (0, 400)
    with pytest.raises(NothingToDraw):
        draw(cast, invoice)
    assert ties()


def test_a_draw_never_pays_what_was_paid_on_that_day(cast: Cast) -> None:
    """A day that was asked about never changes: a payment that was taken off stood until then."""
    retainer = opened(cast, draws_by_itself=False)
    deposited(cast, retainer, 1000, on=TODAY - timedelta(days=9))
    invoice = issued(cast, 600, on=TODAY - timedelta(days=8))
    paid = record_payment(
        invoice=invoice,
        amount=D(600),
        method="CHECK",
        received_on=TODAY - timedelta(days=7),
        by=cast.finance,
        on=TODAY,
        at=AT,
    )
    unapply_payment(application=paid.applications.get(), by=cast.finance, on=TODAY - timedelta(days=2))
    with pytest.raises(TooEarly, match=f"{TODAY - timedelta(days=2):%d %b %Y}"):
        draw(cast, invoice, drawn_on=TODAY - timedelta(days=3))
    draw(cast, invoice, drawn_on=TODAY - timedelta(days=2))
    assert due(invoice) == 0
    assert ties(*(TODAY - timedelta(days=days) for days in range(10)))


def test_a_deposit_request_is_not_issued_anew(cast: Cast) -> None:
    """Its line on an invoice would post the client's money as revenue."""
    request = asked(cast, opened(cast), 500)
    with pytest.raises(IsADeposit):
        reissue_invoice(invoice=request, reason="Wrong address", by=cast.finance, on=TODAY, at=AT)
    request.refresh_from_db()
    assert request.state == "ISSUED"
    assert Invoice.objects.count() == 1


def test_what_a_draw_refuses(cast: Cast) -> None:
    retainer = opened(cast, draws_by_itself=False)
    deposited(cast, retainer, 1000)
    invoice = issued(cast, 600, on=TODAY - timedelta(days=3))
    with pytest.raises(NotAllowed):
        draw(cast, invoice, by=cast.manager)
    with pytest.raises(TooEarly):
        draw(cast, invoice, drawn_on=TODAY + timedelta(days=1))
    with pytest.raises(TooEarly):
        draw(cast, invoice, drawn_on=TODAY - timedelta(days=4))
    # The money came today, so nothing can be drawn the day before.
    with pytest.raises(NothingToDraw):
        draw(cast, invoice, drawn_on=TODAY - timedelta(days=1))
    close_through(on=TODAY, by=cast.finance)
    with pytest.raises(BooksAreClosed):
        draw(cast, invoice)
    assert RetainerMovement.objects.filter(kind="DRAW").count() == 0


def test_voiding_returns_the_draw(cast: Cast) -> None:
    retainer = opened(cast)
    yesterday = TODAY - timedelta(days=1)
    deposited(cast, retainer, 1000, on=yesterday)
    invoice = issued(cast, 600, on=yesterday)
    assert holding_of(retainer, yesterday).balance == 400
    void_invoice(invoice=invoice, reason="Wrong client", by=cast.finance, on=TODAY, at=AT)
    assert holding_of(retainer, TODAY).balance == 1000
    assert holding_of(retainer, yesterday).balance == 400
    kinds = list(RetainerMovement.objects.values_list("kind", "amount"))
    assert kinds == [("DEPOSIT", 1000), ("DRAW", -600), ("RETURN", 600)]
    assert ties(yesterday, TODAY)
    # It is there to be drawn again, once; the hours of 600 are billed again with those of 900.
    again = issued(cast, 900)
    assert (due(again), holding_of(retainer, TODAY).balance) == (500, 0)
    assert ties(yesterday, TODAY)


def test_a_paid_request_is_not_voided_and_an_open_one_is(cast: Cast) -> None:
    retainer = opened(cast)
    deposited(cast, retainer, 100)
    with pytest.raises(HasPayments):
        void_invoice(invoice=retainer.requests.get().invoice, reason="No", by=cast.finance, on=TODAY, at=AT)
    second = asked(cast, retainer, 100)
    assert void_invoice(invoice=second, reason="No", by=cast.finance, on=TODAY, at=AT).state == "VOID"
    assert ties()


def test_the_rest_is_refunded(cast: Cast) -> None:
    retainer = opened(cast)
    deposited(cast, retainer, 1000)
    issued(cast, 400)
    wanted = {"retainer": retainer, "by": cast.finance, "on": TODAY, "refunded_on": TODAY}
    with pytest.raises(NotSoMuchLeft, match=r"holds \$600.00"):
        refund_retainer(amount=D(601), **wanted)
    with pytest.raises(NotAllowed):
        refund_retainer(amount=D(600), **wanted | {"by": cast.manager})
    with pytest.raises(LiesInTheFuture):
        refund_retainer(amount=D(600), **wanted | {"refunded_on": TODAY + timedelta(days=1)})
    (movement,) = refund_retainer(amount=D(600), reference="Wire 7", **wanted)
    assert (movement.amount, holding_of(retainer, TODAY).balance) == (-600, 0)
    assert account_balance(Account.Purpose.BANK, "USD", TODAY) == -600
    assert ties()


def test_what_opening_and_asking_refuse(cast: Cast) -> None:
    other = Client.objects.create(name="Another")
    with pytest.raises(NotItsProject):
        opened(cast, client=other, project=cast.project)
    with pytest.raises(TargetIsTooLow):
        opened(cast, minimum=D(2), target=D(1))
    with pytest.raises(NotAllowed):
        opened(cast, by=cast.manager)
    opened(cast)
    with pytest.raises(Refusal, match="already"):
        opened(cast)
    retainer = opened(cast, client=other)
    with pytest.raises(AddressIsMissing):
        asked(cast, retainer, 10)
    with pytest.raises(NotADeposit):
        asked(cast, retainer, 0)
    changed = change_retainer(
        retainer=retainer,
        by=cast.finance,
        minimum=D(1),
        target=D(5),
        expires_after_months=12,
        draws_by_itself=False,
    )
    assert (changed.minimum_amount, changed.target_amount, changed.draws_by_itself) == (1, 5, False)


def test_past_all_operations_the_database_holds(cast: Cast) -> None:
    """A movement by hand that takes more than the deposit holds, or of another retainer."""
    retainer = opened(cast)
    payment = deposited(cast, retainer, 100)
    deposit = RetainerMovement.objects.get()
    values = {
        "retainer": retainer,
        "kind": "REFUND",
        "deposit": deposit,
        "entry": payment.journal.get().entry,
        "happened_on": TODAY,
    }
    with pytest.raises(Refusal, match="does not hold so much"), promises(), transaction.atomic():
        RetainerMovement.objects.create(amount=D("-100.01"), **values)
    with pytest.raises(Refusal, match="does not hold so much"), promises(), transaction.atomic():
        RetainerMovement.objects.create(amount=D(-100), **values | {"happened_on": TODAY - timedelta(days=1)})
    other = opened(cast, project=cast.project)
    with pytest.raises(Refusal, match="same retainer"), promises(), transaction.atomic():
        RetainerMovement.objects.create(amount=D(-1), **values | {"retainer": other})
    with pytest.raises(Exception, match="kept as they are"), transaction.atomic():
        RetainerMovement.objects.update(amount=1)
    RetainerMovement.objects.create(amount=D(-100), **values)


def test_the_client_reads_it_in_their_language(cast: Cast) -> None:
    cast.client.language = "de"
    cast.client.save()
    request = asked(cast, opened(cast), 500)
    assert request.title == "Vorschuss"
    with translation.override("de"):
        paper = paper_of(request.document.content)
    assert (paper.kind, paper.facts[0]) == ("Vorschussanforderung", ("Vorschussanforderung", "RET-2026-0001"))
    assert "Vorschussanforderung" in usual_message(request)
    markup = render_to_string("billing/document_name.html", {"invoice": request})
    assert markup == "Deposit request RET-2026-0001"
