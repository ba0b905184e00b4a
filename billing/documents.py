"""What an invoice says, as plain values: frozen when it is issued, built the same way for the preview of a draft.

Amounts, rates and percentages are texts of decimals, dates are ISO texts. The PDF, the preview and the accounting
system are fed from this alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from billing.designs import design_for
from billing.document_sums import sums_content, text_of
from billing.expense_documents import expense_content
from billing.models import BilledTime, Invoice, InvoiceLine
from billing.pricing.time_and_materials import amount_of
from clients.models import Client
from core.money import allocate
from people.models import LegalEntity
from projects.models import Project

Content = dict[str, Any]

LAYOUT = 1
HOUR_MINUTES = 60


def build_content(
    invoice: Invoice,
    *,
    number: str = "",
    issued_on: date | None = None,
    due_on: date | None = None,
    lines: list[InvoiceLine] | None = None,
) -> Content:
    """The content of the invoice as its rows stand now. Three to five statements, one more for the appendix."""
    rows = lines if lines is not None else list(InvoiceLine.objects.filter(invoice=invoice))
    has_appendix = invoice.detail == Invoice.Detail.APPENDIX
    return {
        "layout": LAYOUT,
        # Where nothing is said, it is an invoice.
        **({"kind": invoice.kind} if invoice.kind != Invoice.Kind.INVOICE else {}),
        "number": number,
        "issued_on": day_text(issued_on),
        "due_on": day_text(due_on),
        "terms": invoice.terms.name if invoice.terms else "",
        "po_number": invoice.po_number,
        "currency": invoice.currency,
        "language": invoice.client.language,
        "title": invoice.title,
        "period": [day_text(invoice.period_first_on), day_text(invoice.period_last_on)],
        "message": invoice.message,
        "firm": firm_content(invoice.entity),
        "client": client_content(invoice.client),
        "groups": _groups(rows, invoice.currency, _projects(invoice, rows)),
        **sums_content(invoice, rows, issued_on),
        "appendix": _appendix(invoice, rows) if has_appendix else [],
        **expense_content(invoice, rows, has_appendix=has_appendix),
        "design": design_for(
            entity=invoice.entity, client_id=invoice.client_id, chosen_id=invoice.template_id
        ),
    }


def digest(content: Content) -> str:
    """SHA-256 of the content in canonical form, to show that it is as it was."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def firm_content(entity: LegalEntity) -> Content:
    """Who issues a document, as it is called now."""
    return {
        "name": entity.name,
        "tagline": entity.tagline,
        "address": entity.address,
        "email": entity.email,
        "phone": entity.phone,
        "tax_number": entity.tax_number,
        "remittance": entity.remittance,
        "paper": entity.paper,
        "mark": entity.mark,
        "mark_color": entity.mark_color,
        "logo_id": entity.logo_id,
        "country": entity.country,
        "iban": entity.iban,
    }


def client_content(client: Client) -> Content:
    """To whom a document goes, as it is called now."""
    return {
        "name": client.billing_name,
        "address": client.billing_address,
        "tax_number": client.tax_number,
        "country": client.country,
    }


def _projects(invoice: Invoice, lines: Iterable[InvoiceLine]) -> dict[int, Project]:
    """The projects that an invoice of several has sections for. One statement for such an invoice, else none."""
    if invoice.project_id is not None:
        return {}
    ids = {line.project_id for line in lines if line.project_id is not None}
    return Project.objects.in_bulk(ids) if len(ids) > 1 else {}


def _groups(lines: Iterable[InvoiceLine], currency: str, projects: Mapping[int, Project]) -> list[Content]:
    """Lines under their headings; in an invoice of several projects each group names its project."""
    groups: list[Content] = []
    last: tuple[str, int | None] | None = None
    for line in lines:
        project = projects.get(line.project_id or 0)
        place = (line.group, project.pk if project else None)
        if last != place:
            last = place
            groups.append({"name": line.group, "amount": "0", "lines": []})
            if project is not None:
                groups[-1] |= {"project": project.name, "project_po_number": project.po_number}
        group = groups[-1]
        group["amount"] = text_of(Decimal(group["amount"]) + line.amount)
        group["lines"].append(_line(line, currency))
    return groups


def _line(line: InvoiceLine, currency: str) -> Content:
    # The rate of an adjusted line is left out: hours × rate would not be the amount that is asked for.
    is_adjusted = line.amount != line.computed_amount or _is_uneven(line, currency)
    # A fee has no hours to show.
    return {
        "line_id": line.pk,
        "description": line.description,
        "minutes": (line.minutes or None) if line.work_key else None,
        "rate": None if is_adjusted or line.rate_amount is None else text_of(line.rate_amount),
        "amount": text_of(line.amount),
        **({} if line.share_percent is None else {"share_percent": text_of(line.share_percent)}),
        "is_taxable": line.is_taxable,
        **_unit(line),
    }


def _is_uneven(line: InvoiceLine, currency: str) -> bool:
    """Whether a payer's minutes, which are whole, at the rate are not its cents."""
    if line.share_percent is None or line.rate_amount is None:
        return False
    return amount_of(line.minutes, line.rate_amount, currency, line.rate_minutes) != line.amount


def _unit(line: InvoiceLine) -> Content:
    """What the rate is the price of, where that is not an hour."""
    return {} if line.rate_minutes == HOUR_MINUTES else {"unit_minutes": line.rate_minutes}


def _appendix(invoice: Invoice, lines: list[InvoiceLine]) -> list[Content]:
    """The entries behind each line that shows hours. A write-down is spread over them by value, so that they add up to
    the line."""
    billed: dict[int, list[BilledTime]] = {}
    rows = BilledTime.objects.filter(line__invoice=invoice).select_related("entry__staff")
    for row in rows.order_by("entry__worked_on", "entry__staff__name", "entry_id"):
        billed.setdefault(row.line_id, []).append(row)
    return [
        _section(line, billed[line.pk], invoice.currency)
        for line in lines
        if line.pk in billed and line.minutes
    ]


def _section(line: InvoiceLine, rows: list[BilledTime], currency: str) -> Content:
    is_adjusted = line.amount != line.computed_amount
    amounts = (
        allocate(line.amount, [row.amount for row in rows], currency)
        if is_adjusted
        else [row.amount for row in rows]
    )
    return {
        "group": line.group,
        "description": line.description,
        "minutes": line.minutes,
        "amount": text_of(line.amount),
        **_unit(line),
        "entries": [
            {
                "day": day_text(row.entry.worked_on),
                "person": row.entry.staff.name,
                "note": row.entry.note,
                "minutes": row.minutes,
                "rate": None if is_adjusted else _rate(row, currency, line.rate_minutes),
                "rate_source": row.rate_source,
                "amount": text_of(amount),
            }
            for row, amount in zip(rows, amounts, strict=True)
        ],
    }


def _rate(row: BilledTime, currency: str, per: int) -> str | None:
    """The rate, where hours × rate is the amount: not always of an entry that was rounded, or cut at a cap."""
    if row.rate_amount is None or amount_of(row.minutes, row.rate_amount, currency, per) != row.amount:
        return None
    return text_of(row.rate_amount)


def day_text(value: date | None) -> str | None:
    """The ISO text of a day."""
    return value.isoformat() if value else None
