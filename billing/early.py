"""What paying an invoice early saves: a part of its total, when all of it is paid within the days of its terms."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import Invoice
from core.money import round_amount


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
