"""How an invoice stands, in words and figures, for its client and for finance. Derived, never stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from billing.balance import Balance, balance_of
from billing.early import day_of_paying, settles_early
from billing.models import DunningStop, Invoice, Payment
from core.money import ZERO


@dataclass(frozen=True)
class Standing:
    """One of draft, void, paid, settled, processing, partly, overdue, open; with the balance and its payments.

    Settled is what nothing is due of although nobody paid: credited, or written off.
    """

    kind: str
    balance: Balance
    days_overdue: int
    payments: tuple[Payment, ...] = ()

    @property
    def last_payment(self) -> Payment | None:
        return self.payments[0] if self.payments else None

    @property
    def payable(self) -> Decimal:
        return self.balance.payable

    @property
    def credit(self) -> Decimal:
        """What of the received payments pays nothing: the client's credit."""
        return sum((unapplied(each) for each in self.payments if each.state == Payment.State.SUCCEEDED), ZERO)


def unapplied(payment: Payment) -> Decimal:
    """What of a payment pays no invoice and was not refunded; its applications and refunds are best prefetched.

    What is drawn from a retainer is no credit, also when it was given back.
    """
    if payment.method == Payment.Method.RETAINER:
        return ZERO
    used: list[Any] = [*payment.applications.all(), *payment.refunds.all()]
    return payment.amount - sum((part.amount for part in used if part.undone_on is None), ZERO)


def standing_of(invoice: Invoice, *, on: date) -> Standing:
    """The standing on a day (the client's or the entity's today). Four statements."""
    balance = balance_of(invoice)
    payments = tuple(
        Payment.objects.filter(
            Q(intended_invoice=invoice) | Q(applications__invoice=invoice, applications__undone_on=None),
            state__in=[Payment.State.SUCCEEDED, Payment.State.PROCESSING],
        )
        .distinct()
        .select_related("entity")
        .prefetch_related("applications", "refunds")
        .order_by("-received_on", "-pk")
    )
    overdue = (on - invoice.due_on).days if invoice.due_on else 0
    return Standing(_kind(invoice, balance, overdue, payments), balance, max(overdue, 0), payments)


def is_disputed(invoice: Invoice) -> bool:
    """Whether the client disputes it and nobody resolved that. One statement."""
    stops = DunningStop.objects.filter(invoice=invoice, kind=DunningStop.Kind.DISPUTE, ended_on=None)
    return stops.exists()


def _kind(invoice: Invoice, balance: Balance, overdue: int, payments: tuple[Payment, ...]) -> str:
    if invoice.state != Invoice.State.ISSUED:
        return "draft" if invoice.state == Invoice.State.DRAFT else "void"
    if balance.is_paid:
        return "paid" if balance.paid else "settled"
    if balance.payable <= 0 or _is_discount(invoice, balance.payable, payments):
        return "processing"
    if overdue > 0:
        return "overdue"
    return "partly" if balance.due < balance.total else "open"


def _is_discount(invoice: Invoice, left: Decimal, payments: tuple[Payment, ...]) -> bool:
    """Whether what is left beside a payment under way is the discount that it takes when it arrives."""
    under_way = [each for each in payments if each.state == Payment.State.PROCESSING]
    return any(settles_early(invoice, left, paid_on=day_of_paying(each)) for each in under_way)
