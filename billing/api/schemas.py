"""Invoices and payments as JSON. Amounts are texts of decimals in the currency beside them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from billing.api.line_rows import DiscountRow, InvoiceTaxRow, LineRow, line_row
from billing.draft_prices import Parts
from billing.invoice_list import Stage, stage_of
from billing.models import By, Detail, Discount, Invoice, InvoiceLine, InvoiceTax, Payment
from billing.standing import unapplied
from core.api import Amount, Day, Id, Row, Wish, WishedAmount, words_of
from core.money import ZERO

Version = Annotated[int, Field(ge=0, le=2_147_483_647)]
Seen = Annotated[
    Version | None, Field(description="The version of the draft that was read; if it is another now: 409.")
]


InvoiceState = Annotated[Invoice.State, words_of(Invoice.State)]
InvoiceStage = Annotated[Stage, words_of(Stage)]
DraftParts = Annotated[Parts, words_of(Parts)]
LineGrouping = Annotated[By, words_of(By)]
InvoiceDetail = Annotated[Detail, words_of(Detail)]
PaymentState = Annotated[Payment.State, words_of(Payment.State)]
PaymentMethod = Annotated[Payment.Method, words_of(Payment.Method)]


class InvoiceRow(Row):
    """An invoice. `state` is stored; `stage` is where it stands today, with payments and dates."""

    id: int
    number: str
    state: InvoiceState
    stage: InvoiceStage
    title: str
    client_id: int
    client_name: str
    entity_id: int = Field(description="The legal entity that bills.")
    project_id: int | None
    project_name: str
    currency: str
    subtotal_amount: Amount
    discount_amount: Amount
    tax_amount: Amount
    included_tax_amount: Amount = Field(description="The part of the taxes that the prices contain.")
    total_amount: Amount
    paid_amount: Amount
    processing_amount: Amount
    credited_amount: Amount
    written_off_amount: Amount
    balance_amount: Amount
    period_first_on: date | None
    period_last_on: date | None
    issued_on: date | None
    due_on: date | None
    is_stale: bool
    version: int
    drafted_at: datetime
    sent_at: datetime | None
    sent_to: str
    voided_on: date | None
    void_reason: str
    updated_at: datetime


class InvoiceAnswer(InvoiceRow):
    """An invoice with its lines, discounts and taxes."""

    terms_id: int | None
    po_number: str
    message: str
    shows_receipts: bool = Field(description="Whether receipts of expenses go along, behind the appendix.")
    internal_note: str
    detail: InvoiceDetail
    exchange_rate: Amount | None
    lines: list[LineRow]
    discounts: list[DiscountRow]
    taxes: list[InvoiceTaxRow]


def invoice_row(invoice: Any, on: date) -> InvoiceRow:
    """An invoice that was read with its balance, client and project."""
    return InvoiceRow(**_fields(invoice, on))


def invoice_answer(invoice_id: int, on: date) -> InvoiceAnswer:
    """The invoice as it stands now, with lines, discounts and taxes. Four statements."""
    invoice = Invoice.objects.with_balance().select_related("client", "project").get(pk=invoice_id)
    return InvoiceAnswer(
        **_fields(invoice, on),
        terms_id=invoice.terms_id,
        po_number=invoice.po_number,
        message=invoice.message,
        internal_note=invoice.internal_note,
        exchange_rate=invoice.exchange_rate,
        detail=Invoice.Detail(invoice.detail),
        shows_receipts=invoice.shows_receipts,
        lines=[line_row(line) for line in InvoiceLine.objects.filter(invoice=invoice)],
        discounts=[DiscountRow.from_orm(each) for each in Discount.objects.filter(invoice=invoice)],
        taxes=[
            InvoiceTaxRow.from_orm(tax) for tax in InvoiceTax.objects.filter(invoice=invoice).order_by("pk")
        ],
    )


OWN = (
    "id", "number", "title", "client_id", "entity_id", "project_id", "currency", "subtotal_amount", "discount_amount",
    "tax_amount", "included_tax_amount", "total_amount", "paid_amount", "processing_amount", "credited_amount",
    "written_off_amount", "balance_amount", "period_first_on", "period_last_on",
    "issued_on", "due_on", "is_stale", "version", "drafted_at", "sent_at", "sent_to", "voided_on", "void_reason",
    "updated_at",
)  # fmt: skip


def _fields(invoice: Any, on: date) -> dict[str, Any]:
    return {name: getattr(invoice, name) for name in OWN} | {
        "state": Invoice.State(invoice.state),
        "stage": stage_of(invoice, on),
        "client_name": invoice.client.name,
        "project_name": invoice.project.name if invoice.project else "",
    }


class ApplicationRow(Row):
    invoice_id: int
    invoice_number: str
    amount: Amount


class PaymentRow(Row):
    """A payment, what of it pays which invoice, and what is left as the client's credit."""

    id: int
    state: PaymentState
    method: PaymentMethod
    client_id: int
    client_name: str
    currency: str
    amount: Amount
    received_on: date | None
    exchange_rate: Amount | None = Field(
        description="Units of the legal entity's currency for one of this, where they differ and it is known."
    )
    reference: str
    note: str
    provider: str
    provider_payment_id: str
    failure_message: str
    intended_invoice_id: int | None
    applications: list[ApplicationRow]
    credit_amount: Amount
    recorded_by_name: str
    created_at: datetime
    updated_at: datetime


PAYMENT = (
    "id", "client_id", "currency", "amount", "received_on", "exchange_rate", "reference", "note", "provider",
    "provider_payment_id", "failure_message", "intended_invoice_id", "recorded_by_name", "created_at", "updated_at",
)  # fmt: skip


def payment_row(payment: Payment) -> PaymentRow:
    """A payment that was read with its client, its applications and their invoices."""
    return PaymentRow(
        **{name: getattr(payment, name) for name in PAYMENT},
        state=Payment.State(payment.state),
        method=Payment.Method(payment.method),
        client_name=payment.client.name,
        applications=[
            ApplicationRow(invoice_id=part.invoice_id, invoice_number=part.invoice.number, amount=part.amount)
            for part in payment.applications.all()
            if part.undone_on is None
        ],
        credit_amount=unapplied(payment) if payment.state == Payment.State.SUCCEEDED else ZERO,
    )


class DraftWish(Wish):
    """Which work of a project becomes a draft."""

    project_id: Id
    through: Day = Field(description="Work up to and including this day.")
    entry_ids: list[Id] | None = Field(None, max_length=5000, description="Only these entries of it.")
    expense_ids: list[Id] | None = Field(None, max_length=5000, description="Only these expenses of it.")
    parts: DraftParts = Parts.ALL
    on: Day | None = Field(None, description="Today; by default the date in the person's time zone.")


class DraftsWish(Wish):
    project_ids: list[Id] = Field(min_length=1, max_length=100)
    through: Day = Field(description="Work up to and including this day.")
    parts: DraftParts = Parts.ALL
    on: Day | None = None


class InvoiceChange(Wish):
    """What a draft says besides its lines; what is left out stays."""

    version: Seen = None
    title: str | None = Field(None, max_length=160)
    terms_id: Id | None = None
    po_number: str | None = Field(None, max_length=40)
    message: str | None = Field(None, max_length=1000)
    internal_note: str | None = Field(None, max_length=1000, description="For colleagues alone.")
    exchange_rate: WishedAmount | None = Field(
        None, description="Of the invoice's currency in the entity's; by default that of the day of issue."
    )
    detail: InvoiceDetail | None = None
    shows_receipts: bool | None = Field(None, description="Receipts go along, behind the appendix.")


class LineWish(Wish):
    """A line without work behind it; below zero it is a discount."""

    description: str = Field(max_length=300)
    amount: WishedAmount
    is_shared: bool = Field(False, description="Among all payers of the project, each on its draft.")
    version: Seen = None


class EntryChange(Wish):
    """One of amount, minutes and rate; what differs from the work needs a reason."""

    amount: WishedAmount | None = None
    minutes: int | None = Field(None, ge=0, le=2_000_000, description="What is asked for of the hours.")
    rate_amount: WishedAmount | None = None
    reason: str | None = Field(None, max_length=200)
    version: Seen = None


class LayoutAnswer(Row):
    """How the lines of an invoice are formed, and what its client sees of them."""

    group_by: LineGrouping
    line_by: LineGrouping
    detail: InvoiceDetail
    hides_rates: bool
    hides_names: bool
    hides_zero: bool


class LayoutWish(Wish):
    group_by: LineGrouping | None = None
    line_by: LineGrouping | None = None
    detail: InvoiceDetail | None = None
    hides_rates: bool | None = None
    hides_names: bool | None = None
    hides_zero: bool | None = None
    version: Seen = None


class EntriesWish(Wish):
    """Entries on a draft."""

    entry_ids: list[Id] = Field(min_length=1, max_length=5000)
    version: Seen = None


class ReasonedEntriesWish(EntriesWish):
    reason: str = Field(max_length=200)


class WorkWish(Wish):
    """Projects as a whole, or single entries."""

    project_ids: list[Id] = Field([], max_length=500)
    entry_ids: list[Id] = Field([], max_length=5000)


class HoldWish(WorkWish):
    reason: str = Field(max_length=200)


class LineChange(Wish):
    """One of amount, minutes and rate; what differs from the work needs a reason."""

    description: str | None = Field(None, max_length=300)
    amount: WishedAmount | None = None
    minutes: int | None = Field(None, ge=0, le=2_000_000, description="What is asked for of the hours.")
    rate_amount: WishedAmount | None = None
    reason: str | None = Field(None, max_length=200)
    version: Seen = None


class VersionWish(Wish):
    version: Seen = None


class IssueWish(Wish):
    on: Day | None = Field(
        None, description="The invoice's date; by default today where the legal entity is."
    )
    version: Seen = None


class SendWish(Wish):
    """To whom the invoice goes; what is left out is as the page would begin."""

    to: list[str] | None = Field(None, min_length=1, max_length=20)
    cc: list[str] | None = Field(None, max_length=20)
    message: str | None = Field(None, max_length=2000)


class Sent(Schema):
    """The mail waits for some seconds, in which it can be taken back."""

    mail_id: int
    to: list[str]
    cc: list[str]
    subject: str
    leaves_in_seconds: int


class UnsendWish(Wish):
    mail_id: Id


class VoidWish(Wish):
    reason: str = Field(max_length=300)
    on: Day | None = Field(
        None, description="By default today where the legal entity is; never before the invoice."
    )


class PaymentWish(Wish):
    """A payment that came in outside of the pay page."""

    amount: WishedAmount
    method: Literal["CHECK", "BANK_TRANSFER", "OTHER"] = "CHECK"
    received_on: Day | None = Field(None, description="By default today.")
    reference: str = Field("", max_length=80)
    note: str = Field("", max_length=300)
    exchange_rate: WishedAmount | None = Field(
        None,
        gt=0,
        description="What the bank took: units of the legal entity's currency for one of the invoice's. "
        "By default that of the day.",
    )
    on: Day | None = Field(None, description="Today; by default the date where the legal entity is.")
