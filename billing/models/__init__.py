"""Invoices, what they bill, their frozen documents, and payments."""

from billing.models.billed import BilledTime
from billing.models.documents import InvoiceDocument, InvoiceJournal
from billing.models.invoices import Invoice, InvoiceLine, InvoiceTax
from billing.models.numbers import BillingRules, NumberSeries
from billing.models.payments import Payment, PaymentApplication, PaymentJournal
from billing.models.reviews import InvoiceReview

__all__ = [
    "BilledTime",
    "BillingRules",
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
]
