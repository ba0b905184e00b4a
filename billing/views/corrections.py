"""Dialogs that correct what is issued: issue and void credit memos, apply, take off, refund, write off, issue anew."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import DRAFT_INVOICES, ISSUE_INVOICES, RECORD_PAYMENTS
from billing.applying import apply_credit, apply_payment, unapply_credit, unapply_payment
from billing.balance import balance_of
from billing.credit_balance import credit_left, payment_left
from billing.credit_forms import ApplyForm, IssueCreditForm, ReasonForm, RefundForm, WriteOffForm
from billing.crediting import delete_credit
from billing.issuing_credits import issue_credit, void_credit
from billing.models import (
    CreditApplication,
    CreditMemo,
    Invoice,
    Payment,
    PaymentApplication,
    Refund,
    WriteOff,
)
from billing.refunding import cancel_refund, record_refund
from billing.reissuing import reissue_invoice
from billing.views.draft import find
from billing.writing_off import reverse_write_off, write_off
from core import clock
from core.money import format_amount
from core.pages import page, refusals_into, toast
from people.guards import guarded

REFRESH = {"HX-Refresh": "true"}


def _credit(pk: int) -> CreditMemo:
    return get_object_or_404(CreditMemo.objects.select_related("client", "entity", "invoice"), pk=pk)


def _today(thing: Any) -> Any:
    """The date of a document is that of its legal entity."""
    return clock.date_in(thing.entity.time_zone, clock.now())


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the date, and whether it pays its invoice."""
    credit = _credit(pk)
    # Never before its invoice, whose date may lie ahead.
    corrected_on = credit.invoice.issued_on if credit.invoice else None
    day = max(_today(credit), corrected_on or _today(credit))
    first = {"on": day, "version": credit.version, "applies": True}
    form = IssueCreditForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            issued = issue_credit(credit=credit, by=request.user, at=clock.now(), **form.cleaned_data)
            toast(request, f"Credit memo {issued.number} is issued.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "credit": credit, "action": request.path}
    return page(request, "billing/credit_issue.html", context, status=422 if form.errors else 200)


@guarded(DRAFT_INVOICES)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    delete_credit(credit=_credit(pk), by=request.user)
    toast(request, "The draft is deleted. What it reserved can be credited again.")
    return HttpResponse(headers={"HX-Redirect": reverse("billing:credits")})


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason."""
    credit = _credit(pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            void_credit(
                credit=credit, by=request.user, on=_today(credit), at=clock.now(), **form.cleaned_data
            )
            toast(request, f"Credit memo {credit.number} is void.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "credit": credit, "action": request.path}
    return page(request, "billing/credit_void.html", context, status=422 if form.errors else 200)


def _apply(request: HttpRequest, source: CreditMemo | Payment, name: str) -> HttpResponse:
    """The dialog that pays an open invoice of the client."""
    is_credit = isinstance(source, CreditMemo)
    left = credit_left(source) if isinstance(source, CreditMemo) else payment_left(source)
    form = ApplyForm(
        request.POST or None,
        source=source,
        left=left,
        initial={"on": _today(source)},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            wish = {"by": request.user, "at": clock.now(), **form.cleaned_data}
            applied = (
                apply_credit(credit=source, **wish) if is_credit else apply_payment(payment=source, **wish)
            )
            words = format_amount(applied.amount, source.currency)
            toast(request, f"{words} pays invoice {applied.invoice.number}.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "source": source, "name": name, "left": left, "action": request.path}
    context["has_open"] = form.fields["invoice"].queryset.exists()  # type: ignore[attr-defined]
    return page(request, "billing/credit_apply.html", context, status=422 if form.errors else 200)


@guarded(RECORD_PAYMENTS)
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    credit = _credit(pk)
    return _apply(request, credit, f"credit memo {credit.number}")


@guarded(RECORD_PAYMENTS)
@require_http_methods(["GET", "POST"])
def apply_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """What a payment left over."""
    payments = Payment.objects.select_related("client", "entity")
    return _apply(request, get_object_or_404(payments, pk=pk), "the payment")


@guarded(RECORD_PAYMENTS)
@require_POST
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """A credit memo off an invoice."""
    rows = CreditApplication.objects.select_related("invoice__entity")
    found = get_object_or_404(rows, pk=pk)
    unapply_credit(application=found, by=request.user, on=_today(found.invoice))
    toast(request, f"Taken off invoice {found.invoice.number}, which is due again.")
    return HttpResponse(headers=REFRESH)


@guarded(RECORD_PAYMENTS)
@require_POST
def take_payment_off(request: HttpRequest, pk: int) -> HttpResponse:
    """A payment off an invoice; the money is the client's credit."""
    rows = PaymentApplication.objects.select_related("invoice__entity")
    found = get_object_or_404(rows, pk=pk)
    unapply_payment(application=found, by=request.user, on=_today(found.invoice))
    toast(request, f"Taken off invoice {found.invoice.number}. The money is the client's credit.")
    return HttpResponse(headers=REFRESH)


def _refund(request: HttpRequest, source: CreditMemo | Payment, name: str) -> HttpResponse:
    left = credit_left(source) if isinstance(source, CreditMemo) else payment_left(source)
    today = _today(source)
    form = RefundForm(
        request.POST or None, currency=source.currency, initial={"amount": left, "refunded_on": today}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            refund = record_refund(source=source, by=request.user, on=today, **form.cleaned_data)
            toast(request, f"Refund of {format_amount(refund.amount, refund.currency)} recorded.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "source": source, "name": name, "left": left, "action": request.path}
    return page(request, "billing/refund.html", context, status=422 if form.errors else 200)


@guarded(RECORD_PAYMENTS)
@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    credit = _credit(pk)
    return _refund(request, credit, f"credit memo {credit.number}")


@guarded(RECORD_PAYMENTS)
@require_http_methods(["GET", "POST"])
def refund_rest(request: HttpRequest, pk: int) -> HttpResponse:
    payments = Payment.objects.select_related("client", "entity")
    return _refund(request, get_object_or_404(payments, pk=pk), "the payment")


@guarded(RECORD_PAYMENTS)
@require_POST
def take_refund_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Refund.objects.select_related("entity"), pk=pk)
    cancel_refund(refund=found, by=request.user, on=_today(found))
    toast(request, "The refund is taken back. The client has its credit again.")
    return HttpResponse(headers=REFRESH)


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def write_off_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks how much, and why."""
    invoice = find(pk)
    form = WriteOffForm(
        request.POST or None, currency=invoice.currency, initial={"amount": balance_of(invoice).payable}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            wish = {"by": request.user, "on": _today(invoice), "at": clock.now(), **form.cleaned_data}
            written = write_off(invoice=invoice, **wish)
            toast(request, f"{format_amount(written.amount, invoice.currency)} is written off.")
            return HttpResponse(headers=REFRESH)
    context = {"form": form, "invoice": invoice, "action": request.path}
    return page(request, "billing/write_off.html", context, status=422 if form.errors else 200)


@guarded(ISSUE_INVOICES)
@require_POST
def take_write_off_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(WriteOff.objects.select_related("invoice__entity"), pk=pk)
    reverse_write_off(written=found, by=request.user, on=_today(found.invoice))
    toast(request, f"Invoice {found.invoice.number} is due again.")
    return HttpResponse(headers=REFRESH)


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def reissue(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason; then the new draft is there."""
    invoice: Invoice = find(pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            wish = {"by": request.user, "on": _today(invoice), "at": clock.now(), **form.cleaned_data}
            done = reissue_invoice(invoice=invoice, **wish)
            what = f"credited by {done.credit.number}" if done.credit else "void"
            toast(request, f"Invoice {invoice.number} is {what}. This is the new draft.")
            return HttpResponse(headers={"HX-Redirect": reverse("billing:draft", args=[done.draft.pk])})
    context = {"form": form, "invoice": invoice, "action": request.path}
    return page(request, "billing/reissue.html", context, status=422 if form.errors else 200)
