"""Rates of documents in other currencies, and what a settlement at another rate brings or costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from billing.models import (
    CreditApplication,
    CreditMemo,
    ExchangeDifference,
    Invoice,
    Payment,
    PaymentApplication,
    Refund,
    RetainerMovement,
)
from core.exchange import PLACES, rates_for
from core.money import ZERO, round_amount, round_places
from people.models import LegalEntity

Settlement = PaymentApplication | CreditApplication | Refund | RetainerMovement


def difference(amount: Decimal, *, booked: Decimal, settled: Decimal, currency: str) -> Decimal:
    """`amount × (settled − booked)`, rounded half-up once to `currency`, that of the entity. A gain where it is above
    zero, of money that comes in; of money that goes out the rates change places."""
    return round_amount(amount * (settled - booked), currency)


def is_foreign(document: Invoice | Payment | CreditMemo) -> bool:
    """Whether it is in another currency than its legal entity's."""
    return document.currency != document.entity.currency


def rate_of_day(currency: str, entity: LegalEntity, on: date) -> Decimal | None:
    """Units of the entity's currency for one of `currency` on the day, where there is a rate. One statement, none in
    the entity's own currency."""
    if currency == entity.currency:
        return None
    pair = (currency, entity.currency, on)
    return found.rate if (found := rates_for([pair]).get(pair)) else None


def rate_of_invoice(invoice: Invoice) -> Decimal | None:
    """What was frozen when it was issued, else that of its day, which may have been entered since."""
    return invoice.exchange_rate or rate_of_day(
        invoice.currency, invoice.entity, invoice.issued_on or date.min
    )


def rate_of_credit(credit: CreditMemo) -> Decimal | None:
    """That of the invoice that it corrects, else what was frozen when it was issued, else that of its day."""
    if credit.invoice is not None:
        return rate_of_invoice(credit.invoice)
    return credit.exchange_rate or rate_of_day(credit.currency, credit.entity, credit.issued_on or date.min)


def rate_of_payment(payment: Payment) -> Decimal | None:
    """What was frozen when the money came in, else that of its day. A draw is worth what its deposits were."""
    if payment.method == Payment.Method.RETAINER:
        return _rate_of_deposits(payment)
    return payment.exchange_rate or rate_of_day(
        payment.currency, payment.entity, payment.received_on or date.min
    )


def _rate_of_deposits(draw: Payment) -> Decimal | None:
    """The mean of the rates of the deposits that it took from, weighted, ten places half-up; None if one has none."""
    worth = ZERO
    drawn = RetainerMovement.objects.filter(payment=draw, kind=RetainerMovement.Kind.DRAW)
    for movement in drawn.select_related("deposit__payment__entity"):
        rate = rate_of_deposit(movement)
        if rate is None:
            return None
        worth -= movement.amount * rate
    return round_places(worth / draw.amount, PLACES)


def rate_of_deposit(movement: RetainerMovement) -> Decimal | None:
    """The rate at which the deposit came in that a movement takes from."""
    assert movement.deposit is not None
    assert movement.deposit.payment is not None
    return rate_of_payment(movement.deposit.payment)


def without_difference() -> list[QuerySet[Any]]:
    """What settles something in another currency and stands, but for which a rate was missing; the earliest first.

    Payments and credit memos on invoices, refunds, deposits that were paid back.
    """
    bills = Q(invoice__kind=Invoice.Kind.INVOICE, undone_on=None)
    return [
        PaymentApplication.objects.filter(bills, payment__state=Payment.State.SUCCEEDED)
        .filter(exchange_difference=None)
        .exclude(invoice__currency=F("invoice__entity__currency"))
        .select_related("payment__entity", "invoice__entity", "invoice__client")
        .order_by("pk"),
        CreditApplication.objects.filter(bills, exchange_difference=None)
        .exclude(invoice__currency=F("invoice__entity__currency"))
        .select_related("credit__entity", "credit__invoice__entity", "invoice__entity", "invoice__client")
        .order_by("pk"),
        Refund.objects.filter(undone_on=None, exchange_difference=None)
        .exclude(currency=F("entity__currency"))
        .select_related("entity", "client", "credit__entity", "credit__invoice__entity", "payment__entity")
        .order_by("pk"),
        RetainerMovement.objects.filter(kind=RetainerMovement.Kind.REFUND, exchange_difference=None)
        .exclude(retainer__currency=F("retainer__entity__currency"))
        .select_related("retainer__entity", "retainer__client", "deposit__payment__entity")
        .order_by("pk"),
    ]


def missing_count() -> int:
    """For how many settlements a rate is missing. Four statements."""
    return sum(rows.count() for rows in without_difference())


@dataclass(frozen=True)
class Month:
    """Gains and losses of a month in one currency of a legal entity, without those that were taken back by now."""

    first_on: date
    currency: str
    gains: Decimal
    losses: Decimal

    @property
    def net(self) -> Decimal:
        return self.gains + self.losses


def differences() -> QuerySet[ExchangeDifference]:
    """All, the latest first, with what they settle."""
    return ExchangeDifference.objects.select_related(
        "application__invoice__client",
        "credit_application__invoice__client",
        "credit_application__credit",
        "refund__client",
        "movement__retainer__client",
    )


def by_month(most: int = 12) -> list[Month]:
    """The latest months that have any. One statement."""
    rows = (
        ExchangeDifference.objects.filter(undone_on=None)
        .annotate(month=TruncMonth("happened_on"))
        .order_by("-month", "base_currency")
        .values_list("month", "base_currency")
        .annotate(
            gains=Sum("difference_amount", filter=Q(difference_amount__gt=0), default=ZERO),
            losses=Sum("difference_amount", filter=Q(difference_amount__lt=0), default=ZERO),
        )
    )
    return [Month(*row) for row in rows[:most]]


def differences_of(invoice: Invoice) -> Sequence[ExchangeDifference]:
    """Those of what settles an invoice, the earliest first. One statement, none in the entity's own currency."""
    if not is_foreign(invoice):
        return []
    of_it = Q(application__invoice=invoice) | Q(credit_application__invoice=invoice)
    return list(ExchangeDifference.objects.filter(of_it).order_by("happened_on", "pk"))
