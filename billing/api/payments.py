"""Sending invoices, recording and listing payments, receivables."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from billing.access import ISSUE_INVOICES, RECORD_PAYMENTS, VIEW_BILLING
from billing.api.invoices import entity_today, find
from billing.api.schemas import (
    PaymentRow,
    PaymentState,
    PaymentWish,
    SendWish,
    Sent,
    UnsendWish,
    payment_row,
)
from billing.delivering import revoke_link, send_invoice, unsend_invoice
from billing.letters import first_message
from billing.models import Payment
from billing.receivables import (
    BUCKETS,
    SINCE_ISSUED,
    ClientAging,
    TieOut,
    aging,
    credits_tie_out,
    in_base,
    ties_out,
)
from billing.receiving import record_payment
from billing.recipients import mailed_to
from core import clock
from core.api import Amount, ChangedPart, Day, Id, Listing, Routes, Row, page
from core.mail import UNDO_SECONDS
from core.models import Mail
from people.guards import guarded

routes = Routes("billing")


class PaymentFilters(ChangedPart):
    state: PaymentState | None = None
    client_id: Id | None = None
    invoice_id: Id | None = Field(None, description="Payments that pay this invoice, or were meant to.")
    received_first_on: Day | None = None
    received_last_on: Day | None = None


class OpenRow(Schema):
    """An invoice that was not fully paid at the end of the day."""

    invoice_id: int
    number: str
    issued_on: date | None
    due_on: date | None
    open_amount: Amount
    processing_amount: Amount
    days_overdue: int
    days_since_issued: int


class BucketRow(Schema):
    label: str
    amount: Amount


class AgingRow(Schema):
    """What one client owes in one currency, by age. Credit stands beside it and is not netted into it."""

    client_id: int
    client_name: str
    currency: str
    buckets: list[BucketRow]
    total_amount: Amount
    credit_amount: Amount
    net_amount: Amount
    invoices: list[OpenRow]


class TieRow(Row):
    """Documents against the books, in one currency."""

    currency: str
    documents: Amount
    books: Amount
    difference: Amount


class BaseTotalRow(Row):
    """`missing` invoices have no rate and are not in the amount."""

    currency: str
    amount: Amount
    missing: int


class ReceivablesAnswer(Schema):
    on: date
    clients: list[AgingRow]
    base_totals: list[BaseTotalRow] = Field(
        description="All currencies in that of each legal entity, at the rates that the invoices were frozen with; "
        "empty where all are in it."
    )
    ties: list[TieRow] = Field(description="Open invoices against the receivables account.")
    credit_ties: list[TieRow] = Field(description="Unapplied payments against the customer credits account.")


@routes.write("/invoices/{int:invoice_id}/send", Sent)
@guarded(ISSUE_INVOICES)
def send(request: HttpRequest, invoice_id: int, wish: SendWish) -> Sent:
    """Mails an issued invoice with its PDF and a link to pay; by default to the client's billing contacts.

    The mail leaves after some seconds, in which `unsend` takes it back.
    """
    invoice = find(invoice_id)
    usual = mailed_to(invoice)
    sent = send_invoice(
        invoice=invoice,
        to=usual.to if wish.to is None else wish.to,
        cc=usual.cc if wish.cc is None else wish.cc,
        message=first_message(invoice) if wish.message is None else wish.message,
        by=request.user,
        at=clock.now(),
    )
    return Sent(mail_id=sent.pk, to=sent.to, cc=sent.cc, subject=sent.subject, leaves_in_seconds=UNDO_SECONDS)


@routes.write("/invoices/{int:invoice_id}/unsend")
@guarded(ISSUE_INVOICES)
def unsend(request: HttpRequest, invoice_id: int, wish: UnsendWish) -> None:
    """Takes a mail back that has not left yet."""
    invoice = find(invoice_id)
    mails = Mail.objects.filter(related_kind="billing.invoice", related_id=str(invoice.pk))
    sent = get_object_or_404(mails, pk=wish.mail_id)
    unsend_invoice(sent=sent, invoice=invoice, by=request.user, at=clock.now())


@routes.write("/invoices/{int:invoice_id}/close-link")
@guarded(ISSUE_INVOICES)
def close_link(request: HttpRequest, invoice_id: int) -> None:
    """Closes the link to pay; sending again makes a new one."""
    revoke_link(invoice=find(invoice_id), by=request.user, at=clock.now())


@routes.write("/invoices/{int:invoice_id}/payments", PaymentRow, status=201)
@guarded(RECORD_PAYMENTS)
def create_payment(request: HttpRequest, invoice_id: int, wish: PaymentWish) -> PaymentRow:
    """Records a check, a bank transfer or another payment that came in for an invoice."""
    invoice = find(invoice_id)
    today = wish.on or entity_today(invoice)
    payment = record_payment(
        invoice=invoice,
        amount=wish.amount,
        method=wish.method,
        received_on=wish.received_on or today,
        by=request.user,
        on=today,
        at=clock.now(),
        reference=wish.reference,
        note=wish.note,
        exchange_rate=wish.exchange_rate,
    )
    return _shown(payment.pk)


@routes.read("/payments", Listing[PaymentRow])
@guarded(VIEW_BILLING)
def list_payments(request: HttpRequest, wanted: Query[PaymentFilters]) -> dict[str, Any]:
    """Payments with what they pay. Started checkouts are PENDING."""
    asked = {
        "state": wanted.state,
        "client": wanted.client_id,
        "received_on__gte": wanted.received_first_on,
        "received_on__lte": wanted.received_last_on,
    }
    rows = Payment.objects.filter(**{name: value for name, value in asked.items() if value is not None})
    if wanted.invoice_id is not None:
        paying = Payment.objects.filter(
            applications__invoice=wanted.invoice_id, applications__undone_on=None
        ).values("pk")
        rows = rows.filter(pk__in=paying) | rows.filter(intended_invoice=wanted.invoice_id)
    rows = rows.select_related("client").prefetch_related("applications__invoice", "refunds")
    found = page(rows, wanted)
    return found | {"items": [payment_row(payment) for payment in found["items"]]}


@routes.read("/payments/{int:payment_id}", PaymentRow)
@guarded(VIEW_BILLING)
def show_payment(request: HttpRequest, payment_id: int) -> PaymentRow:
    """One payment."""
    return _shown(payment_id)


def _shown(payment_id: int) -> PaymentRow:
    rows = Payment.objects.select_related("client").prefetch_related("applications__invoice", "refunds")
    return payment_row(get_object_or_404(rows, pk=payment_id))


@routes.read("/receivables", ReceivablesAnswer)
@guarded(VIEW_BILLING)
def show_receivables(
    request: HttpRequest,
    on: Day | None = None,
    age: Literal["due", "invoice"] = "due",
    entity_id: Id | None = None,
) -> ReceivablesAnswer:
    """What clients owed at the end of a day, by age, and whether it ties out with the books.

    As of then: later payments and later voids do not change what was open on the day. Ages count from the due date, or
    from the invoice's. Of one legal entity with `entity_id`, else of the whole firm.
    """
    on = on or clock.today(request.user)
    since_issued = age == "invoice"
    clients = aging(on, since_issued=since_issued, entity_id=entity_id)
    return ReceivablesAnswer(
        on=on,
        clients=[_aging(client, SINCE_ISSUED if since_issued else BUCKETS) for client in clients],
        base_totals=[BaseTotalRow.from_orm(total) for total in in_base(clients)],
        ties=_ties(ties_out(on, entity_id=entity_id)),
        credit_ties=_ties(credits_tie_out(on, entity_id=entity_id)),
    )


def _ties(found: list[TieOut]) -> list[TieRow]:
    return [TieRow.from_orm(tie) for tie in found]


def _aging(client: ClientAging, labels: Sequence[str]) -> AgingRow:
    buckets: list[tuple[str, Decimal]] = list(zip(labels, client.buckets, strict=True))
    return AgingRow(
        client_id=client.client_id,
        client_name=client.client_name,
        currency=client.currency,
        buckets=[BucketRow(label=label, amount=amount) for label, amount in buckets],
        total_amount=client.total,
        credit_amount=client.credit_amount,
        net_amount=client.net,
        invoices=[
            OpenRow(
                invoice_id=item.invoice.pk,
                number=item.invoice.number,
                issued_on=item.invoice.issued_on,
                due_on=item.invoice.due_on,
                open_amount=item.open_amount,
                processing_amount=item.processing_amount,
                days_overdue=item.days_overdue,
                days_since_issued=item.days_since_issued,
            )
            for item in client.invoices
        ],
    )
