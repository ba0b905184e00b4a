"""Invoices, what they bill, their frozen documents, and payments."""

from billing.models.billed import BilledTime
from billing.models.credits import (
    CreditDocument,
    CreditedTime,
    CreditLine,
    CreditMemo,
    CreditTax,
)
from billing.models.documents import InvoiceDocument, InvoiceJournal
from billing.models.invoices import Invoice, InvoiceLine, InvoiceTax
from billing.models.numbers import BillingRules, NumberSeries
from billing.models.payments import Payment, PaymentApplication, PaymentJournal
from billing.models.reviews import InvoiceReview
from billing.models.settlements import CreditApplication, Refund, WriteOff

__all__ = [
    "BilledTime",
    "BillingRules",
    "CreditApplication",
    "CreditDocument",
    "CreditLine",
    "CreditMemo",
    "CreditTax",
    "CreditedTime",
    "Invoice",
    "InvoiceDocument",
    "InvoiceJournal",
    "InvoiceLine",
    "InvoiceReview",
    "InvoiceTax",
    "NumberSeries",
    "Payment",
    "PaymentApplication",
    "PaymentJournal",
    "Refund",
    "WriteOff",
]
