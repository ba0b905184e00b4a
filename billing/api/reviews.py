"""Invoices in review: given into it, approved, returned."""

from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from approvals.api.dialogues import SaidRow, TextWish, said_rows
from approvals.asking import answer, ask
from approvals.certifying import Signature
from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.api.invoices import find, routes
from billing.api.schemas import Seen, VersionWish
from billing.desk import INVOICES
from billing.models import Invoice
from billing.reviewing import approve_invoices, return_invoice, submit_for_review
from billing.reviews import review_of, waiting_invoices
from core import clock
from core.api import Amount, Row, Wish
from people.guards import guarded, staff_only


class ReviewRow(Row):
    """Where a draft stands: `CHANGED` since it was approved or asked about; `NONE` was never in review."""

    invoice_id: int
    state: Literal["NONE", "IN_REVIEW", "APPROVED", "RETURNED", "CHANGED"]
    waits_for: str
    reason: str
    by_name: str
    said: list[SaidRow]


class WaitingInvoiceRow(Row):
    id: int
    title: str
    client_name: str
    total_amount: Amount
    currency: str
    version: int


class ReviewSignature(Wish):
    typed_name: str
    password: str


class ApprovalWish(Wish):
    version: Seen = None
    signature: ReviewSignature | None = None


class ReturnWish(Wish):
    reason: str
    version: Seen = None


@routes.read("/invoices/in-review", list[WaitingInvoiceRow])
@staff_only
def list_in_review(request: HttpRequest) -> list[dict[str, Any]]:
    """The drafts that wait for the person's review, the oldest first; 200 at most."""
    found = waiting_invoices(request.user, clock.today(request.user)).select_related("client")[:200]
    return [
        {
            "id": invoice.pk,
            "title": invoice.title,
            "client_name": invoice.client.name,
            "total_amount": invoice.total_amount,
            "currency": invoice.currency,
            "version": invoice.version,
        }
        for invoice in found
    ]


@routes.read("/invoices/{int:invoice_id}/review", ReviewRow)
@guarded(VIEW_BILLING)
def show_review(request: HttpRequest, invoice_id: int) -> dict[str, Any]:
    """Where a draft stands in review."""
    return _row(find(invoice_id))


@routes.write("/invoices/{int:invoice_id}/review", ReviewRow)
@guarded(DRAFT_INVOICES)
def give_into_review(request: HttpRequest, invoice_id: int, wish: VersionWish) -> dict[str, Any]:
    """Gives a draft into review as it is now. A change afterwards ends the review."""
    invoice = find(invoice_id)
    submit_for_review(invoice=invoice, by=request.user, at=clock.now(), version=wish.version)
    return _row(invoice)


@routes.write("/invoices/{int:invoice_id}/review/approve", ReviewRow)
@staff_only
def approve_in_review(request: HttpRequest, invoice_id: int, wish: ApprovalWish) -> dict[str, Any]:
    """Approves the person's step of the review; a step may ask for a signature."""
    invoice = _waiting(request, invoice_id)
    signature = None
    if wish.signature is not None:
        address = request.META.get("REMOTE_ADDR")
        signature = Signature(wish.signature.typed_name, wish.signature.password, address)
    seen = {} if wish.version is None else {invoice.pk: wish.version}
    approve_invoices(ids=[invoice.pk], by=request.user, at=clock.now(), seen=seen, signature=signature)
    return _row(invoice)


@routes.write("/invoices/{int:invoice_id}/review/return", ReviewRow)
@staff_only
def return_from_review(request: HttpRequest, invoice_id: int, wish: ReturnWish) -> dict[str, Any]:
    """Ends the review with a reason, for whoever drafted it."""
    invoice = _waiting(request, invoice_id)
    return_invoice(invoice=invoice, reason=wish.reason, by=request.user, at=clock.now(), version=wish.version)
    return _row(invoice)


@routes.write("/invoices/{int:invoice_id}/review/ask", ReviewRow)
@staff_only
def ask_in_review(request: HttpRequest, invoice_id: int, wish: TextWish) -> dict[str, Any]:
    """Asks whoever drafted it; the draft stays in review."""
    invoice = _waiting(request, invoice_id)
    ask(desk=INVOICES, ids=[invoice.pk], text=wish.text, by=request.user, at=clock.now())
    return _row(invoice)


@routes.write("/invoices/{int:invoice_id}/review/answer", ReviewRow)
@guarded(VIEW_BILLING)
def answer_in_review(request: HttpRequest, invoice_id: int, wish: TextWish) -> dict[str, Any]:
    """Answers the question about one's own draft, or replies to its return."""
    invoice = find(invoice_id)
    answer(desk=INVOICES, subject_id=invoice.pk, text=wish.text, by=request.user, at=clock.now())
    return _row(invoice)


def _waiting(request: HttpRequest, invoice_id: int) -> Invoice:
    """Only what waits for the person; whoever else asks learns nothing of it."""
    found: Invoice = get_object_or_404(
        waiting_invoices(request.user, clock.today(request.user)), pk=invoice_id
    )
    return found


def _row(invoice: Invoice) -> dict[str, Any]:
    review = review_of(invoice)
    return {
        "invoice_id": invoice.pk,
        "state": review.state,
        "waits_for": review.waits_for,
        "reason": review.reason,
        "by_name": review.by_name,
        "said": said_rows(review.dialogue),
    }
