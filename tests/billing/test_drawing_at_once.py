"""Two draws of one retainer in the same moment never take more than it holds."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.drafting import draft_invoice
from billing.drawing import NothingToDraw, draw_retainer
from billing.issuing import issue_invoice
from billing.models import Invoice, Payment, RetainerMovement
from billing.promises import RetainerIsShort
from billing.retainers import holding_of, retainers_tie_out
from billing.retaining import refund_retainer
from core.errors import Refusal
from core.promises import promises
from people.models import User
from tests.billing.test_retaining import deposited, opened
from tests.billing.work import THROUGH, log
from tests.cast import TODAY, Cast, add_cast
from tests.two_connections import at_once

AT = datetime(2026, 11, 25, 15, tzinfo=UTC)


def invoices(cast: Cast, number: int, rate: int) -> list[Invoice]:
    found = []
    for _ in range(number):
        entry = log(cast.member, cast.design, 60, rate=rate)
        draft = draft_invoice(
            project=cast.project, through=THROUGH, by=cast.finance, on=TODAY, entry_ids=[entry.pk]
        )
        found.append(issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=AT))
    return found


def test_four_draws_and_a_refund_of_the_same_money(own_firm: Any) -> None:
    """10,000 on deposit, four invoices of 4,200 and a refund of 4,000 at once: never below zero, nothing lost."""
    cast = add_cast(User.objects.get())
    retainer = opened(cast, draws_by_itself=False)
    deposited(cast, retainer, 10000)
    wanted = {"by": cast.finance, "drawn_on": TODAY, "on": TODAY, "at": AT}

    def draw(invoice: Invoice) -> Callable[[], Any]:
        return lambda: draw_retainer(invoice=invoice, **wanted)

    def refund() -> Any:
        return refund_retainer(
            retainer=retainer, amount=Decimal(4000), refunded_on=TODAY, by=cast.finance, on=TODAY
        )

    results = at_once(own_firm, *[draw(invoice) for invoice in invoices(cast, 4, 4200)], refund)
    assert all(isinstance(result, list | Refusal) for result in results), results
    drawn = sum(payment.amount for payment in Payment.objects.filter(method="RETAINER"))
    refunded = -sum(row.amount for row in RetainerMovement.objects.filter(kind="REFUND"))
    assert holding_of(retainer, TODAY).balance == 10000 - drawn - refunded == 0
    assert all(tie.ties for tie in retainers_tie_out(TODAY))


def test_one_invoice_drawn_twice_at_once(own_firm: Any) -> None:
    cast = add_cast(User.objects.get())
    retainer = opened(cast, draws_by_itself=False)
    deposited(cast, retainer, 10000)
    (invoice,) = invoices(cast, 1, 4200)
    results = at_once(
        own_firm,
        *[lambda: draw_retainer(invoice=invoice, by=cast.finance, drawn_on=TODAY, on=TODAY, at=AT)] * 2,
    )
    assert sorted(type(result).__name__ for result in results) == [NothingToDraw.__name__, "list"]
    assert holding_of(retainer, TODAY).balance == 5800


def test_past_all_operations_two_movements_at_once(own_firm: Any) -> None:
    """Without any lock of ours, the trigger locks the retainer's row: one of two is refused."""
    cast = add_cast(User.objects.get())
    retainer = opened(cast)
    payment = deposited(cast, retainer, 100)
    deposit, entry = RetainerMovement.objects.get(), payment.journal.get().entry

    def take() -> RetainerMovement:
        with promises(), transaction.atomic():
            return RetainerMovement.objects.create(
                retainer=retainer,
                kind="REFUND",
                deposit=deposit,
                entry=entry,
                happened_on=TODAY,
                amount=Decimal(-60),
            )

    results = at_once(own_firm, take, take)
    assert sorted(type(result).__name__ for result in results) == [
        RetainerIsShort.__name__,
        RetainerMovement.__name__,
    ]
