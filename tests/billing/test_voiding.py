"""Voiding: the number stays, the books get the opposite, the hours come back."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from billing.drafting import draft_invoice
from billing.models import BilledTime, Invoice, Payment, PaymentApplication
from billing.voiding import HasPayments, NotIssued, PeriodIsClosed, ReasonIsMissing, void_invoice
from core.errors import NotAllowed, Refusal
from core.promises import promises
from ledger.balances import trial_balance
from ledger.closing import close_through
from tests.billing.test_issuing import issue
from tests.billing.work import THROUGH, drafted
from tests.cast import TODAY, Cast
from timesheets.models import TimeEntry


def void(cast: Cast, invoice: Invoice, **kwargs: Any) -> Invoice:
    wanted = {
        "reason": "Wrong client",
        "by": cast.finance,
        "on": TODAY,
        "at": datetime(2026, 11, 25, tzinfo=UTC),
    }
    return void_invoice(invoice=invoice, **wanted | kwargs)


def test_voiding_reverses_and_releases(cast: Cast) -> None:
    first = void(cast, issue(cast, drafted(cast, 60)))
    assert (first.state, first.number, first.void_reason) == ("VOID", "INV-2026-0001", "Wrong client")
    assert all(line.balance_amount == 0 for line in trial_balance(TODAY).lines)
    assert not BilledTime.objects.filter(is_live=True).exists()
    TimeEntry.objects.update(note="may change again")
    again = issue(cast, draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY))
    assert (again.number, again.total_amount) == ("INV-2026-0002", 190)
    assert first.document.content["total"] == "190"


def test_what_is_refused(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 60))
    with pytest.raises(NotAllowed):
        void(cast, invoice, by=cast.manager)
    with pytest.raises(ReasonIsMissing):
        void(cast, invoice, reason=" ")
    with pytest.raises(NotIssued):
        void(cast, drafted(cast, 30))
    close_through(on=TODAY, by=cast.finance)
    with pytest.raises(PeriodIsClosed, match="Credit it instead"):
        void(cast, invoice)
    assert Invoice.objects.get(pk=invoice.pk).state == "ISSUED"


@pytest.mark.parametrize("state", ["SUCCEEDED", "PROCESSING"])
def test_an_invoice_with_money_is_not_voided(cast: Cast, state: str) -> None:
    invoice = issue(cast, drafted(cast, 60))
    payment = Payment.objects.create(
        client=cast.client,
        entity=invoice.entity,
        currency="USD",
        amount=Decimal(10),
        state=state,
        received_on=TODAY if state == "SUCCEEDED" else None,
    )
    PaymentApplication.objects.create(payment=payment, invoice=invoice, amount=Decimal(10))
    with pytest.raises(HasPayments):
        void(cast, invoice)


def test_a_void_invoice_never_comes_back(cast: Cast) -> None:
    invoice = void(cast, issue(cast, drafted(cast, 60)))
    for change in ({"state": "ISSUED"}, {"void_reason": "other"}, {"total_amount": 1, "subtotal_amount": 1}):
        with pytest.raises(Refusal), promises(), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(**change)
    with pytest.raises(Refusal), promises(), transaction.atomic():
        BilledTime.objects.update(is_live=True)
