"""What an invoice says, as plain values: frozen when it is issued, built the same way for the preview of a draft.

Amounts, rates and percentages are texts of decimals, dates are ISO texts. The PDF, the preview and the accounting
system are fed from this alone.
"""

import hashlib
import json
from collections.abc import Container, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from billing.designs import design_for
from billing.document_sums import sums_content, text_of
from billing.expense_documents import expense_content
from billing.models import BilledTime, Invoice, InvoiceLine
from billing.pricing.time_and_materials import amount_of
from clients.models import Client
from people.models import LegalEntity
from projects.models import Project

Content = dict[str, Any]

LAYOUT = 1
WITH_ENTRIES = (Invoice.Detail.APPENDIX, Invoice.Detail.ENTRIES)
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
    for line in rows:
        line.invoice = invoice
    names = _names(invoice)
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
        "groups": _groups(rows, names, _projects(invoice, rows)),
        **sums_content(invoice, rows, issued_on),
        "appendix": _appendix(invoice, rows, names) if invoice.detail in WITH_ENTRIES else [],
        **expense_content(invoice, rows, has_appendix=invoice.detail == Invoice.Detail.APPENDIX),
        "design": design_for(
            entity=invoice.entity, client_id=invoice.client_id, chosen_id=invoice.template_id
        ),
        # What of all this the client sees: billing.printed.
        "detail": invoice.detail,
        "hides": [name for name in ("rates", "names", "zero") if getattr(invoice, f"hides_{name}")],
        **({"exchange_rate": text_of(invoice.exchange_rate)} if invoice.exchange_rate else {}),
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


def _names(invoice: Invoice) -> set[str]:
    """The people whose names the client is not to see; nobody where they are shown. One statement then."""
    if not invoice.hides_names:
        return set()
    rows = BilledTime.objects.filter(line__invoice=invoice).order_by()
    return set(rows.values_list("entry__staff__name", flat=True).distinct())


def _said(text: str, names: Container[str], language: str) -> str:
    if text not in names:
        return text
    with translation.override(language):
        return gettext("Team member")


def _groups(
    lines: Iterable[InvoiceLine], names: Container[str], projects: Mapping[int, Project]
) -> list[Content]:
    """Lines under their headings; in an invoice of several projects each group names its project."""
    groups: list[Content] = []
    last: tuple[str, int | None] | None = None
    for line in lines:
        project = projects.get(line.project_id or 0)
        place = (line.group, project.pk if project else None)
        if last != place:
            last = place
            groups.append({"name": _said(line.group, names, _language(line)), "amount": "0", "lines": []})
            if project is not None:
                groups[-1] |= {"project": project.name, "project_po_number": project.po_number}
        group = groups[-1]
        group["amount"] = text_of(Decimal(group["amount"]) + line.amount)
        group["lines"].append(_line(line, names))
    return groups


def _language(line: InvoiceLine) -> str:
    return line.invoice.client.language


def _line(line: InvoiceLine, names: Container[str]) -> Content:
    # A fee has no hours to show.
    rate = line.printed_rate if _explains(line) else None
    return {
        "line_id": line.pk,
        "description": _said(line.description, names, _language(line)),
        "minutes": (line.printed_minutes or None) if line.work_key else None,
        "rate": None if rate is None else text_of(rate),
        "amount": text_of(line.amount),
        **({} if line.share_percent is None else {"share_percent": text_of(line.share_percent)}),
        "is_taxable": line.is_taxable,
        **_unit(line),
    }


def _explains(line: InvoiceLine) -> bool:
    """Whether hours × rate is what is asked for: not where only the amount was written up or down, nor where a payer's
    minutes, which are whole, are not its cents."""
    if line.printed_rate is None:
        return line.amount == line.computed_amount
    asked = amount_of(line.printed_minutes, line.printed_rate, line.invoice.currency, line.rate_minutes)
    if line.share_percent is not None and asked != line.amount:
        return False
    if line.amount == line.computed_amount:
        return True
    if line.adjusted_minutes is None:
        return line.adjusted_rate_amount is not None
    return asked == line.amount


def _unit(line: InvoiceLine) -> Content:
    """What the rate is the price of, where that is not an hour."""
    return {} if line.rate_minutes == HOUR_MINUTES else {"unit_minutes": line.rate_minutes}


def _appendix(invoice: Invoice, lines: list[InvoiceLine], names: Container[str]) -> list[Content]:
    """The entries behind each line that shows hours, with what is asked for each, so that they add up to the line."""
    billed: dict[int, list[BilledTime]] = {}
    rows = BilledTime.objects.filter(line__invoice=invoice).select_related("entry__staff")
    for row in rows.order_by("entry__worked_on", "entry__staff__name", "entry_id"):
        billed.setdefault(row.line_id or 0, []).append(row)
    return [
        _section(line, billed[line.pk], invoice.currency, names)
        for line in lines
        if line.pk in billed and line.minutes
    ]


def _section(line: InvoiceLine, rows: list[BilledTime], currency: str, names: Container[str]) -> Content:
    return {
        "line_id": line.pk,
        "group": _said(line.group, names, _language(line)),
        "description": _said(line.description, names, _language(line)),
        "minutes": line.printed_minutes,
        "amount": text_of(line.amount),
        **_unit(line),
        "entries": [
            {
                "day": day_text(row.entry.worked_on),
                "person": "" if row.entry.staff.name in names else row.entry.staff.name,
                "note": row.entry.note,
                "minutes": row.asked_minutes,
                "rate": _rate(row, currency, line.rate_minutes),
                "rate_source": row.rate_source,
                "amount": text_of(row.asked_amount),
            }
            for row in rows
        ],
    }


def _rate(row: BilledTime, currency: str, per: int) -> str | None:
    """The rate, where hours × rate is the amount: not always of an entry that was rounded, or cut at a cap."""
    rate = row.asked_rate
    if rate is None or amount_of(row.asked_minutes, rate, currency, per) != row.asked_amount:
        return None
    return text_of(rate)


def day_text(value: date | None) -> str | None:
    """The ISO text of a day."""
    return value.isoformat() if value else None
