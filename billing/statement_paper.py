"""A statement of account in words and figures of the client's language, and its PDF."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from billing.documents import Content, client_content, firm_content
from billing.paper import Setter
from billing.receivables import OpenInvoice
from billing.statements import Statement
from core.files import clean_name
from core.printing import print_pdf
from people.models import LegalEntity

TEMPLATE = "billing/statement_paper.html"
SHEETS = ("document.css", "document-pdf.css", "statement.css")


@dataclass(frozen=True)
class StatementPaper:
    """Everything that stands on the paper, as texts. Rows are (day, words, amount, balance) and
    (number, title, due, age, amount)."""

    language: str
    size: str
    firm: Content
    firm_lines: list[str]
    client_name: str
    client_lines: list[str]
    facts: list[tuple[str, str]]
    has_movements: bool
    opening: str
    movements: list[tuple[str, str, str, str]]
    invoices: list[tuple[str, str, str, str, str]]
    buckets: list[tuple[str, str]]
    open_total: str
    credit: str
    closing_label: str
    closing: str
    remittance: list[str]

    @property
    def mark(self) -> str:
        """The letters where there is no logo."""
        return self.firm["mark"] or self.firm["name"][:1].upper()

    @property
    def logo_url(self) -> str:
        """Where the renderer finds the logo; empty when there is none."""
        return f"stored:{self.firm['logo_id']}" if self.firm["logo_id"] else ""


def statement_paper(statement: Statement, entity: LegalEntity) -> StatementPaper:
    """Sets a statement. The client's language must be active."""
    to = Setter(statement.client.language, statement.currency)
    firm, client = firm_content(entity), client_content(statement.client)
    day = to.day(statement.last_on.isoformat())
    facts = [(gettext("Statement"), day)]
    if statement.first_on:
        period = to.period(statement.first_on.isoformat(), statement.last_on.isoformat())
        facts = [(gettext("Statement"), period)]
    return StatementPaper(
        language=statement.client.language,
        size="a4" if firm["paper"] == "A4" else "letter",
        firm=firm,
        firm_lines=_lines(firm["address"], firm["email"], firm["phone"]),
        client_name=client["name"],
        client_lines=_lines(client["address"]),
        facts=[*facts, (gettext("Currency"), statement.currency)],
        has_movements=statement.first_on is not None,
        opening=_amount(to, statement.opening_amount),
        movements=[
            (to.day(row.on.isoformat()), row.words, _amount(to, row.amount), _amount(to, row.balance))
            for row in statement.movements
        ],
        invoices=[_invoice(to, item) for item in statement.invoices],
        buckets=[
            (words, _amount(to, amount))
            for words, (_, amount) in zip(_ages(), statement.buckets, strict=True)
        ],
        open_total=_amount(to, statement.open_amount),
        credit=_amount(to, -statement.credit_amount) if statement.credit_amount else "",
        closing_label=_closing_label(statement.closing_amount, day),
        closing=to.money(str(abs(statement.closing_amount))),
        remittance=_lines(firm["remittance"]),
    )


def _ages() -> list[str]:
    return [
        gettext("Not due yet"),
        gettext("1 to 30 days"),
        gettext("31 to 60 days"),
        gettext("61 to 90 days"),
        gettext("Over 90 days"),
    ]


def _closing_label(amount: Decimal, day: str) -> str:
    if amount < 0:
        return gettext("Your credit on %(day)s") % {"day": day}
    return gettext("You owe on %(day)s") % {"day": day}


def _invoice(to: Setter, item: OpenInvoice) -> tuple[str, str, str, str, str]:
    invoice = item.invoice
    age = ""
    if item.days_overdue > 0:
        age = gettext("%(count)s days overdue") % {"count": item.days_overdue}
    return (
        invoice.number,
        invoice.title,
        to.day(invoice.due_on.isoformat() if invoice.due_on else None),
        age,
        _amount(to, item.open_amount),
    )


def _amount(to: Setter, amount: Decimal) -> str:
    return to.amount(str(amount))


def _lines(*texts: str) -> list[str]:
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def markup_of_statement(statement: Statement, entity: LegalEntity) -> str:
    """The statement as HTML in the client's language, on the entity's paper."""
    with translation.override(statement.client.language):
        context: dict[str, Any] = {"paper": statement_paper(statement, entity)}
        return render_to_string(TEMPLATE, context)


def statement_pdf(statement: Statement, entity: LegalEntity) -> bytes:
    """The statement as a PDF."""
    return print_pdf(markup_of_statement(statement, entity), *SHEETS, identifier=b"statement")


def statement_file_name(client_name: str, last_on: date) -> str:
    """Statement_City-of-Larkspur_2026-11-30.pdf"""
    words = "-".join(client_name.replace("&", " ").replace(".", " ").replace(",", " ").split())
    return clean_name(f"Statement_{words}_{last_on.isoformat()}.pdf")
