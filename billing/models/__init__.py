"""Invoices, what they bill, their frozen documents, and payments."""

from billing.models.attachments import InvoiceFile
from billing.models.billed import BilledMilestone, BilledPeriod, BilledTime
from billing.models.billed_expenses import BilledExpense, CreditedExpense, HeldExpense
from billing.models.credits import CreditDocument, CreditedTime, CreditLine, CreditMemo, CreditTax
from billing.models.discounts import Discount
from billing.models.documents import InvoiceDocument, InvoiceJournal
from billing.models.exchange import ExchangeDifference
from billing.models.holds import WorkHold, WorkWriteOff
from billing.models.invoices import Invoice, InvoiceLine, InvoiceTax
from billing.models.items import CatalogueItem, ItemPrice
from billing.models.layouts import By, Detail, InvoiceLayout
from billing.models.numbers import BillingRules, EntityNumbers, NumberSeries
from billing.models.payments import Payment, PaymentApplication, PaymentJournal
from billing.models.reasons import SuggestedReason
from billing.models.reminders import (
    CollectionNote,
    DunningRules,
    DunningStep,
    DunningStop,
    LateFee,
    PaymentReminder,
    RemindedInvoice,
    SentStatement,
)
from billing.models.retainers import DepositRequest, Retainer, RetainerMovement
from billing.models.reviews import InvoiceReview
from billing.models.schedules import BillingSchedule, ScheduleRun
from billing.models.settlements import CreditApplication, Refund, WriteOff
from billing.models.templates import ClientDocuments, DocumentTemplate, MailText, Snapshot

__all__ = [
    "BilledExpense",
    "BilledMilestone",
    "BilledPeriod",
    "BilledTime",
    "BillingRules",
    "BillingSchedule",
    "By",
    "CatalogueItem",
    "ClientDocuments",
    "CollectionNote",
    "CreditApplication",
    "CreditDocument",
    "CreditLine",
    "CreditMemo",
    "CreditTax",
    "CreditedExpense",
    "CreditedTime",
    "DepositRequest",
    "Detail",
    "Discount",
    "DocumentTemplate",
    "DunningRules",
    "DunningStep",
    "DunningStop",
    "EntityNumbers",
    "ExchangeDifference",
    "HeldExpense",
    "Invoice",
    "InvoiceDocument",
    "InvoiceFile",
    "InvoiceJournal",
    "InvoiceLayout",
    "InvoiceLine",
    "InvoiceReview",
    "InvoiceTax",
    "ItemPrice",
    "LateFee",
    "MailText",
    "NumberSeries",
    "Payment",
    "PaymentApplication",
    "PaymentJournal",
    "PaymentReminder",
    "Refund",
    "RemindedInvoice",
    "Retainer",
    "RetainerMovement",
    "ScheduleRun",
    "SentStatement",
    "Snapshot",
    "SuggestedReason",
    "WorkHold",
    "WorkWriteOff",
    "WriteOff",
]
