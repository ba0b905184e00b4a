"""Invoices as the pages of clients and projects list them: with balance, and with their state in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from billing.invoice_list import state_of
from billing.models import Invoice
from core.money import ZERO


@dataclass(frozen=True)
class InvoiceRow:
    """One invoice: what is open of it, and the kind, icon and words of its state."""

    invoice: Any
    balance_amount: Decimal
    days_overdue: int
    kind: str
    icon: str
    words: str


def invoice_rows(invoices: QuerySet[Invoice], on: date) -> list[InvoiceRow]:
    """Drafts first, then the latest; no deposit requests. One statement."""
    found = invoices.bills().with_balance().order_by("-issued_on", "-pk")  # type: ignore[attr-defined]
    return sorted((_row(invoice, on) for invoice in found), key=lambda row: row.invoice.state != "DRAFT")


def open_total(rows: Iterable[InvoiceRow]) -> Decimal:
    """What is to be paid of them."""
    return sum((row.balance_amount for row in rows), ZERO)


def _row(invoice: Any, on: date) -> InvoiceRow:
    is_issued = invoice.state == Invoice.State.ISSUED
    balance = invoice.balance_amount if is_issued else ZERO
    late = (on - invoice.due_on).days if is_issued and balance > 0 and on > invoice.due_on else 0
    return InvoiceRow(invoice, balance, late, *state_of(invoice, on))
