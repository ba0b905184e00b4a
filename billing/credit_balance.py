"""What is left of a credit memo or a payment, and from which day on things may be settled. Read anew under the lock.

A day that was asked about never changes: whatever is undone was there until that day, so nothing begins before it.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet, Sum

from billing.models import (
    CreditApplication,
    CreditMemo,
    Invoice,
    Payment,
    PaymentApplication,
    Refund,
    WriteOff,
)
from core.money import ZERO


def credit_left(credit: CreditMemo) -> Decimal:
    """What of an issued credit memo is neither applied nor refunded. Two statements."""
    if credit.state != CreditMemo.State.ISSUED:
        return ZERO
    applied = CreditApplication.objects.filter(credit=credit)
    return credit.total_amount - _standing(applied) - _standing(Refund.objects.filter(credit=credit))


def payment_left(payment: Payment) -> Decimal:
    """What of a received payment pays no invoice and was not refunded. Two statements."""
    if payment.state != Payment.State.SUCCEEDED or payment.method == Payment.Method.RETAINER:
        return ZERO
    applied = PaymentApplication.objects.filter(payment=payment)
    return payment.amount - _standing(applied) - _standing(Refund.objects.filter(payment=payment))


def _standing(rows: QuerySet[Any]) -> Decimal:
    return rows.filter(undone_on=None).aggregate(sum=Sum("amount"))["sum"] or ZERO


def first_day_of_invoice(invoice: Invoice, on: date) -> date:
    """`on`, or the first day on which the invoice may be settled or voided."""
    return max(
        on,
        invoice.issued_on or on,
        *(_undone(rows.filter(invoice=invoice), on) for rows in _settling()),
    )


def first_day_of_credit(credit: CreditMemo, on: date) -> date:
    """`on`, or the first day on which the credit memo may be used or voided."""
    rows = (CreditApplication.objects.filter(credit=credit), Refund.objects.filter(credit=credit))
    return max(on, credit.issued_on or on, *(_undone(each, on) for each in rows))


def first_day_of_payment(payment: Payment, on: date) -> date:
    """`on`, or the first day on which what is left of the payment may be used."""
    rows = (PaymentApplication.objects.filter(payment=payment), Refund.objects.filter(payment=payment))
    return max(on, payment.received_on or on, *(_undone(each, on) for each in rows))


def _settling() -> tuple[QuerySet[Any], ...]:
    return PaymentApplication.objects.all(), CreditApplication.objects.all(), WriteOff.objects.all()


def _undone(rows: QuerySet[Any], on: date) -> date:
    return rows.aggregate(day=Max("undone_on"))["day"] or on
