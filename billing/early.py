"""What paying an invoice early saves: a part of its total, when all of it is paid within the days of its terms."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import Invoice, Payment
from core.money import round_amount
from core.periods import date_in


@dataclass(frozen=True)
class EarlyDiscount:
    """The discount of an invoice; taken by paying the rest by `until_on`."""

    percent: Decimal
    until_on: date
    amount: Decimal


def early_discount(invoice: Invoice, issued_on: date | None = None) -> EarlyDiscount | None:
    """What an issued invoice offers; of a draft what it would as an invoice of that day. None where nothing.

    A percentage of the total with tax, half-up: 2 % of 1,088.75 are 21.78. Source: product.md 1.8.2 Terms.
    """
    if invoice.kind != Invoice.Kind.INVOICE:
        return None
    percent, until = invoice.early_discount_percent, invoice.discount_until_on
    if issued_on is not None and invoice.terms is not None:
        percent, until = invoice.terms.discount_percent, invoice.terms.discount_until_on(issued_on)
    if until is None or not percent:
        return None
    return EarlyDiscount(percent, until, round_amount(invoice.total_amount * percent / 100, invoice.currency))


def settling_amount(invoice: Invoice, payable: Decimal, *, on: date) -> Decimal | None:
    """What paid on that day settles all of what is payable; None where the discount gives nothing (any more).

    1,088.75 at 2 % is settled by 1,066.97 within its days.
    """
    offer = early_discount(invoice)
    if offer is None or on > offer.until_on or payable <= offer.amount:
        return None
    return payable - offer.amount


def settles_early(invoice: Invoice, left: Decimal, *, paid_on: date) -> bool:
    """Whether a payment of that day that leaves so much settles the invoice: the rest is its discount."""
    offer = early_discount(invoice)
    return offer is not None and paid_on <= offer.until_on and 0 < left <= offer.amount


def day_of_paying(payment: Payment) -> date:
    """The day that counts for the discount.

    Of an online payment the day on which the client opened it: bank debits take days, and the page may stay open over
    midnight. Of any other the day on which the money was received.
    """
    if payment.provider or payment.received_on is None:
        return date_in(payment.entity.time_zone, payment.created_at)
    return payment.received_on
