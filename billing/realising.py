"""Realising exchange differences: what a client's account in another currency was worth when it was booked, and when it
was settled. Part of the transaction that settles.

The books are kept in the currency of each document. A difference is an entry of its own in the legal entity's currency:
a gain Dr currency conversion / Cr exchange gains and losses, a loss the other way round.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.access import RECORD_PAYMENTS
from billing.exchange import (
    Settlement,
    difference,
    is_foreign,
    rate_of_credit,
    rate_of_day,
    rate_of_deposit,
    rate_of_invoice,
    rate_of_payment,
    without_difference,
)
from billing.models import (
    CreditApplication,
    ExchangeDifference,
    PaymentApplication,
    Refund,
    RetainerMovement,
)
from clients.models import Client
from core import audit
from core.promises import promises
from ledger.models import Account
from ledger.posting import Line, first_open_day, post_entry
from ledger.reversing import reverse_entry
from people.access import require
from people.models import LegalEntity, User

Purpose = Account.Purpose


@dataclass(frozen=True)
class Found:
    """One settlement: how much of which currency, at which rates, for whom. A gain where `settled` is the higher."""

    source: dict[str, Any]
    entity: LegalEntity
    client: Client
    currency: str
    amount: Decimal
    booked: Decimal | None
    settled: Decimal | None
    on: date
    words: str


def realise(*, settled: Settlement, by: User | None) -> ExchangeDifference | None:
    """Posts what a settlement brought or cost in the entity's currency, on the day on which it counts.

    Money that comes in against the rate of the invoice; money that goes back against the rate at which it came.
    Nothing in the entity's own currency; nothing while a rate is missing, until `work_out_missing` finds it. A
    difference of nothing is kept without an entry. Raises BooksAreClosed.
    """
    found = _READ[type(settled)](settled)
    if found is None or found.booked is None or found.settled is None:
        return None
    worth = difference(
        found.amount, booked=found.booked, settled=found.settled, currency=found.entity.currency
    )
    with promises(), transaction.atomic():
        entry = None
        if worth:
            entry = post_entry(
                entity=found.entity,
                posted_on=found.on,
                memo=f"Exchange {'gain' if worth > 0 else 'loss'}, {found.words}",
                currency=found.entity.currency,
                source_kind="billing.exchange",
                lines=[
                    Line(Purpose.CONVERSION, debit=worth, client=found.client),
                    Line(Purpose.EXCHANGE, credit=worth, client=found.client),
                ],
                by=by,
            )
        return ExchangeDifference.objects.create(
            **found.source,
            happened_on=found.on,
            currency=found.currency,
            amount=found.amount,
            booked_rate=found.booked,
            settled_rate=found.settled,
            base_currency=found.entity.currency,
            difference_amount=worth,
            entry=entry,
        )


def undo_difference(*, settled: Settlement, on: date, by: User | None) -> None:
    """Takes the difference of a settlement back with it, on the day `on`. One statement where there is none."""
    found = (
        ExchangeDifference.objects.filter(**_source(settled), undone_on=None).select_related("entry").first()
    )
    if found is None:
        return
    found.undone_on = max(on, found.happened_on)
    if found.entry is not None:
        found.undo_entry = reverse_entry(entry=found.entry, on=found.undone_on, by=by)
    found.save(update_fields=["undone_on", "undo_entry"])


def work_out_missing(*, by: User | None) -> int:
    """Posts the differences whose rates were missing and have been entered since; returns how many.

    On the day of each settlement, or the first day that is open. Each is a transaction of its own. Raises NotAllowed.
    """
    require(by, RECORD_PAYMENTS)
    number = 0
    for rows in without_difference():
        for pk in list(rows.values_list("pk", flat=True)):
            number += _work_out(rows, pk, by)
    return number


def _work_out(rows: Any, pk: int, by: User | None) -> bool:
    with transaction.atomic():
        # Whoever settles or takes back holds this row.
        found = rows.select_for_update(of=("self",)).filter(pk=pk).first()
        if found is None:
            return False
        with audit.acting("exchange.work_out", by=by, subject=found):
            return realise(settled=found, by=by) is not None


def _source(settled: Settlement) -> dict[str, Any]:
    return {_NAMES[type(settled)]: settled}


def _of_payment(applied: PaymentApplication) -> Found | None:
    payment, invoice = applied.payment, applied.invoice
    if not is_foreign(payment):
        return None
    on = applied.applied_on or payment.received_on
    assert on is not None
    return Found(
        _source(applied),
        payment.entity,
        invoice.client,
        payment.currency,
        applied.amount,
        rate_of_invoice(invoice),
        rate_of_payment(payment),
        first_open_day(on),
        f"payment of invoice {invoice.number}",
    )


def _of_credit(applied: CreditApplication) -> Found | None:
    credit, invoice = applied.credit, applied.invoice
    if not is_foreign(invoice):
        return None
    return Found(
        _source(applied),
        invoice.entity,
        invoice.client,
        invoice.currency,
        applied.amount,
        rate_of_invoice(invoice),
        rate_of_credit(credit),
        first_open_day(applied.applied_on),
        f"credit memo {credit.number} on invoice {invoice.number}",
    )


def _of_refund(refund: Refund) -> Found | None:
    if refund.currency == refund.entity.currency:
        return None
    if refund.credit is not None:
        came = rate_of_credit(refund.credit)
    else:
        assert refund.payment is not None
        came = rate_of_payment(refund.payment)
    went = refund.exchange_rate or rate_of_day(refund.currency, refund.entity, refund.refunded_on)
    return Found(
        _source(refund),
        refund.entity,
        refund.client,
        refund.currency,
        refund.amount,
        # It is owed: what costs less than it was booked at is a gain.
        booked=went,
        settled=came,
        on=first_open_day(refund.refunded_on),
        words=f"refund to {refund.client.name}",
    )


def _of_deposit(movement: RetainerMovement) -> Found | None:
    retainer = movement.retainer
    if retainer.currency == retainer.entity.currency:
        return None
    return Found(
        _source(movement),
        retainer.entity,
        retainer.client,
        retainer.currency,
        -movement.amount,
        booked=rate_of_day(retainer.currency, retainer.entity, movement.happened_on),
        settled=rate_of_deposit(movement),
        on=first_open_day(movement.happened_on),
        words=f"refund of retainer, {retainer.client.name}",
    )


_NAMES = {
    PaymentApplication: "application",
    CreditApplication: "credit_application",
    Refund: "refund",
    RetainerMovement: "movement",
}
_READ: dict[Any, Any] = {
    PaymentApplication: _of_payment,
    CreditApplication: _of_credit,
    Refund: _of_refund,
    RetainerMovement: _of_deposit,
}
