"""What a document says between its lines and its total: discounts, taxes, words about them, what paying early saves."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billing.early import early_discount
from billing.models import CreditTax, Discount, Invoice, InvoiceLine, InvoiceTax
from clients.models import Client, TaxCode

Content = dict[str, Any]


def text_of(value: Decimal) -> str:
    """190.0000 is "190", so that the same value is always the same text."""
    return f"{value.normalize():f}"


def sums_content(invoice: Invoice, lines: Sequence[InvoiceLine], issued_on: date | None) -> Content:
    """Subtotal, discounts, taxes, notes and total of an invoice. One to three statements."""
    return {
        "subtotal": text_of(invoice.subtotal_amount),
        **_discounts(invoice),
        "taxes": taxes_content(InvoiceTax.objects.filter(invoice=invoice).order_by("pk")),
        **notes_content(invoice.client, lines, issued_on),
        "total": text_of(invoice.total_amount),
        **_early(invoice, issued_on),
    }


def taxes_content(taxes: Iterable[InvoiceTax | CreditTax]) -> list[Content]:
    """Each tax with its rate and what it was taken of; those that the prices contain say so."""
    return [
        {
            "name": tax.name,
            "rate_percent": text_of(tax.rate_percent),
            "base": text_of(tax.base_amount),
            "amount": text_of(tax.amount),
            **({"is_included": True} if tax.is_included else {}),
        }
        for tax in taxes
    ]


def notes_content(client: Client, lines: Sequence[Any], on: date | None) -> Content:
    """The words of the tax codes on the lines, and the certificate of a client who is exempt. Left out where none."""
    found: Content = {}
    codes = {line.tax_code_id for line in lines if line.tax_code_id}
    notes = (
        TaxCode.objects.filter(pk__in=codes).exclude(note="").values_list("note", flat=True) if codes else []
    )
    if words := list(notes):
        found["tax_notes"] = words
    if on is not None and client.is_exempt(on):
        found["exemption"] = client.exemption_number
    return found


def _discounts(invoice: Invoice) -> Content:
    if not invoice.discount_amount:
        return {}
    rows = Discount.objects.filter(invoice=invoice, taken_amount__gt=0).select_related("line")
    return {
        "discounts": [
            {
                "reason": row.reason,
                "line": row.line.description if row.line else "",
                **({"line_id": row.line_id} if row.line_id else {}),
                "percent": None if row.percent is None else text_of(row.percent),
                "amount": text_of(row.taken_amount),
            }
            for row in rows
        ]
    }


def _early(invoice: Invoice, issued_on: date | None) -> Content:
    offer = early_discount(invoice, issued_on) if issued_on else None
    if offer is None:
        return {}
    return {
        "early_discount": {
            "percent": text_of(offer.percent),
            "until": offer.until_on.isoformat(),
            "amount": text_of(offer.amount),
        }
    }
