"""What a credit memo says, as plain values like an invoice's; and its PDF."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from billing.designs import design_for
from billing.document_sums import notes_content, taxes_content, text_of
from billing.documents import LAYOUT, Content, client_content, day_text, firm_content
from billing.models import CreditDocument, CreditLine, CreditMemo
from billing.rendering import file_name, pdf
from core.files import PDF, store
from core.models import StoredFile


def build_credit_content(
    credit: CreditMemo, lines: Sequence[CreditLine], *, on: date | None = None
) -> Content:
    """The content as the rows stand now; of a draft a preview, without number and date. Two statements."""
    invoice = credit.invoice
    return {
        "layout": LAYOUT,
        "kind": "CREDIT",
        "number": "",
        "issued_on": day_text(on),
        "due_on": None,
        "terms": "",
        "po_number": invoice.po_number if invoice else "",
        "invoice_number": invoice.number if invoice else "",
        "currency": credit.currency,
        "language": credit.client.language,
        "title": credit.title,
        "period": [None, None],
        "message": credit.message,
        "firm": firm_content(credit.entity),
        "client": client_content(credit.client),
        "groups": _groups(lines),
        "subtotal": text_of(credit.subtotal_amount),
        **_discount(credit),
        "taxes": taxes_content(credit.taxes.order_by("pk")),
        **notes_content(credit.client, lines, None),
        "total": text_of(credit.total_amount),
        "appendix": [],
        "design": design_for(entity=credit.entity, client_id=credit.client_id),
    }


def _discount(credit: CreditMemo) -> dict[str, Any]:
    if not credit.discount_amount:
        return {}
    amount = text_of(credit.discount_amount)
    return {"discounts": [{"reason": "", "line": "", "percent": None, "amount": amount}]}


def _groups(lines: Sequence[CreditLine]) -> list[dict[str, Any]]:
    """One group, in the order of the lines."""
    return [
        {
            "name": "",
            "amount": text_of(sum((line.amount for line in lines), start=lines[0].amount * 0)),
            "lines": [
                {
                    "line_id": line.pk,
                    "description": _description(line),
                    "minutes": line.minutes or None,
                    "rate": None,
                    "amount": text_of(line.amount),
                    "is_taxable": line.is_taxable,
                }
                for line in lines
            ],
        }
    ]


def _description(line: CreditLine) -> str:
    group = line.line.group if line.line else ""
    return f"{group}: {line.description}" if group else line.description


def content_of(credit: CreditMemo) -> Content:
    """The frozen content; of a draft what it would say."""
    if credit.state != CreditMemo.State.DRAFT:
        return credit.document.content
    return build_credit_content(credit, list(credit.lines.select_related("line")))


def ensure_credit_pdf(credit: CreditMemo) -> StoredFile:
    """The stored PDF of an issued credit memo; made when there is none yet, or when its bytes are gone. OSError when
    it cannot be written: the credit memo stands all the same.
    """
    document = CreditDocument.objects.select_related("pdf").get(credit=credit)
    if document.pdf is not None and document.pdf.path.exists():
        return document.pdf
    made = pdf(document.content)
    with transaction.atomic():
        document.pdf = store(file_name(document.content), made, "invoice", expect={PDF})
        document.save(update_fields=["pdf"])
    return document.pdf
