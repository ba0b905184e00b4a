"""Applying a client's credit and taking it off, refunds, write-offs."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from billing.access import ISSUE_INVOICES, RECORD_PAYMENTS, VIEW_BILLING
from billing.api.credits import CreditAnswer, Reason, credit_answer, find_credit, today_of
from billing.api.invoices import entity_today, find
from billing.api.schemas import PaymentRow, payment_row
from billing.applying import apply_credit, apply_payment, unapply_credit, unapply_payment
from billing.models import CreditApplication, Payment, PaymentApplication, Refund, WriteOff
from billing.refunding import cancel_refund, record_refund
from billing.writing_off import reverse_write_off, write_off
from core import clock
from core.api import Amount, Day, Id, Listing, Part, Routes, Row, Wish, WishedAmount, page, words_of
from people.guards import guarded

routes = Routes("billing")
RefundMethod = Annotated[Refund.Method, words_of(Refund.Method)]


class ApplyWish(Wish):
    invoice_id: Id
    amount: WishedAmount | None = Field(None, description="By default as much as fits.")
    on: Day | None = Field(None, description="By default today; never before both documents.")


class TakeOffWish(Wish):
    invoice_id: Id
    on: Day | None = None


class DayWish(Wish):
    on: Day | None = None


class RefundRow(Row):
    """Money that went back to a client."""

    id: int
    client_id: int
    credit_id: int | None
    payment_id: int | None
    currency: str
    amount: Amount
    method: RefundMethod
    refunded_on: date
    reference: str
    reason: str
    undone_on: date | None
    recorded_by_name: str


class RefundFilters(Part):
    client_id: Id | None = None
    first_on: Day | None = None
    last_on: Day | None = None


class RefundWish(Wish):
    amount: WishedAmount | None = Field(None, description="By default all that is left.")
    refunded_on: Day | None = None
    method: RefundMethod = Refund.Method.CHECK
    reference: str = Field("", max_length=80)
    reason: str = Field("", max_length=300)
    on: Day | None = Field(None, description="Today; by default at the legal entity.")


class WriteOffRow(Row):
    """Bad debt of an invoice, until it is taken back."""

    id: int
    invoice_id: int
    amount: Amount
    written_off_on: date
    reason: str
    undone_on: date | None
    undo_reason: str
    recorded_by_name: str


class WriteOffWish(Wish):
    reason: Reason
    amount: WishedAmount | None = Field(None, description="By default all that is due.")
    on: Day | None = None


class BackWish(Wish):
    reason: str = Field("", max_length=300)
    on: Day | None = None


def _payment(payment_id: int) -> Payment:
    return get_object_or_404(Payment.objects.select_related("client", "entity"), pk=payment_id)


def _shown(payment_id: int) -> PaymentRow:
    rows = Payment.objects.select_related("client").prefetch_related("applications__invoice", "refunds")
    return payment_row(rows.get(pk=payment_id))


def _refund(source: Any, wish: RefundWish, user: Any) -> RefundRow:
    today = wish.on or today_of(source)
    made = record_refund(
        source=source,
        amount=wish.amount,
        method=wish.method,
        refunded_on=wish.refunded_on or today,
        reference=wish.reference,
        reason=wish.reason,
        by=user,
        on=today,
    )
    return RefundRow.from_orm(made)


@routes.write("/credit-memos/{int:credit_id}/apply", CreditAnswer)
@guarded(RECORD_PAYMENTS)
def apply_to_invoice(request: HttpRequest, credit_id: int, wish: ApplyWish) -> CreditAnswer:
    """Pays an invoice of the same client from an issued credit memo."""
    credit, invoice = find_credit(credit_id), find(wish.invoice_id)
    on = wish.on or entity_today(invoice)
    apply_credit(credit=credit, invoice=invoice, amount=wish.amount, by=request.user, on=on, at=clock.now())
    return credit_answer(credit_id)


@routes.write("/credit-applications/{int:application_id}/take-off", CreditAnswer)
@guarded(RECORD_PAYMENTS)
def take_credit_off(request: HttpRequest, application_id: int, wish: DayWish) -> CreditAnswer:
    """Takes a credit memo off an invoice, which is due again."""
    rows = CreditApplication.objects.select_related("invoice__entity")
    found = get_object_or_404(rows, pk=application_id)
    unapply_credit(application=found, by=request.user, on=wish.on or entity_today(found.invoice))
    return credit_answer(found.credit_id)


@routes.write("/payments/{int:payment_id}/apply", PaymentRow)
@guarded(RECORD_PAYMENTS)
def apply_rest(request: HttpRequest, payment_id: int, wish: ApplyWish) -> PaymentRow:
    """Pays an invoice of the same client from what a received payment left over."""
    payment, invoice = _payment(payment_id), find(wish.invoice_id)
    on = wish.on or entity_today(invoice)
    apply_payment(
        payment=payment, invoice=invoice, amount=wish.amount, by=request.user, on=on, at=clock.now()
    )
    return _shown(payment_id)


@routes.write("/payments/{int:payment_id}/take-off", PaymentRow)
@guarded(RECORD_PAYMENTS)
def take_payment_off(request: HttpRequest, payment_id: int, wish: TakeOffWish) -> PaymentRow:
    """Takes a received payment off an invoice, which is due again; the money is the client's credit."""
    rows = PaymentApplication.objects.standing().select_related("invoice__entity")
    found = get_object_or_404(rows, payment=payment_id, invoice=wish.invoice_id)
    unapply_payment(application=found, by=request.user, on=wish.on or entity_today(found.invoice))
    return _shown(payment_id)


@routes.read("/refunds", Listing[RefundRow])
@guarded(VIEW_BILLING)
def list_refunds(request: HttpRequest, wanted: Query[RefundFilters]) -> dict[str, Any]:
    """Refunds, those taken back too."""
    asked = {
        "client": wanted.client_id,
        "refunded_on__gte": wanted.first_on,
        "refunded_on__lte": wanted.last_on,
    }
    rows = Refund.objects.filter(**{name: value for name, value in asked.items() if value is not None})
    return page(rows, wanted)


@routes.write("/credit-memos/{int:credit_id}/refunds", RefundRow, status=201)
@guarded(RECORD_PAYMENTS)
def refund_credit(request: HttpRequest, credit_id: int, wish: RefundWish) -> RefundRow:
    """Records that what is left of a credit memo went back to the client."""
    return _refund(find_credit(credit_id), wish, request.user)


@routes.write("/payments/{int:payment_id}/refunds", RefundRow, status=201)
@guarded(RECORD_PAYMENTS)
def refund_payment(request: HttpRequest, payment_id: int, wish: RefundWish) -> RefundRow:
    """Records that what a payment left over went back to the client; no invoice is touched."""
    return _refund(_payment(payment_id), wish, request.user)


@routes.write("/refunds/{int:refund_id}/cancel", RefundRow)
@guarded(RECORD_PAYMENTS)
def take_refund_back(request: HttpRequest, refund_id: int, wish: DayWish) -> RefundRow:
    """Takes a refund back that never left, or came back."""
    found = get_object_or_404(Refund.objects.select_related("entity"), pk=refund_id)
    return RefundRow.from_orm(cancel_refund(refund=found, by=request.user, on=wish.on or today_of(found)))


@routes.write("/invoices/{int:invoice_id}/write-offs", WriteOffRow, status=201)
@guarded(ISSUE_INVOICES)
def create_write_off(request: HttpRequest, invoice_id: int, wish: WriteOffWish) -> WriteOffRow:
    """Writes off what of an invoice will never be paid."""
    invoice = find(invoice_id)
    on = wish.on or entity_today(invoice)
    made = write_off(
        invoice=invoice, amount=wish.amount, reason=wish.reason, by=request.user, on=on, at=clock.now()
    )
    return WriteOffRow.from_orm(made)


@routes.write("/write-offs/{int:write_off_id}/reverse", WriteOffRow)
@guarded(ISSUE_INVOICES)
def take_write_off_back(request: HttpRequest, write_off_id: int, wish: BackWish) -> WriteOffRow:
    """Takes a write-off back: the invoice is due again."""
    found = get_object_or_404(WriteOff.objects.select_related("invoice__entity"), pk=write_off_id)
    on = wish.on or entity_today(found.invoice)
    return WriteOffRow.from_orm(reverse_write_off(written=found, by=request.user, on=on, reason=wish.reason))
