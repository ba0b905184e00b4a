"""Payments: what came in, and recording what came in by check or bank transfer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from billing.access import RECORD_PAYMENTS, VIEW_BILLING
from billing.balance import balance_of
from billing.models import Invoice, Payment
from billing.pay_page import early_offer
from billing.payment_forms import PaymentForm
from billing.payments_list import payments_page
from billing.receiving import record_payment
from billing.views.paging import first_row
from core import clock
from core.money import format_amount
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import guarded


@guarded(VIEW_BILLING)
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    """The list, by state; more rows come by htmx."""
    kind = request.GET.get("state", "")
    first = first_row(request)
    context = {"list": payments_page(kind, first=first), "state": kind, "State": Payment.State}
    context["can_record"] = has_right(request.user, RECORD_PAYMENTS)
    template = "billing/payments.html#rows" if first else "billing/payments.html"
    return page(request, template, context)


@guarded(RECORD_PAYMENTS)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog on an invoice, and the recording itself."""
    invoice = get_object_or_404(Invoice.objects.select_related("client", "entity"), pk=pk)
    at = clock.now()
    today = clock.date_in(invoice.entity.time_zone, at)
    balance = balance_of(invoice)
    offer = early_offer(invoice, balance.payable, on=today)
    form = PaymentForm(
        request.POST or None,
        currency=invoice.currency,
        base=invoice.entity.currency,
        initial={"amount": balance.payable, "received_on": today},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            payment = record_payment(invoice=invoice, by=request.user, on=today, at=at, **form.cleaned_data)
            words = format_amount(payment.amount, payment.currency)
            toast(request, f"{words} recorded for invoice {invoice.number}.")
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"form": form, "invoice": invoice, "balance": balance, "offer": offer}
    context["action"] = request.path
    return page(request, "billing/record_payment.html", context, status=422 if form.errors else 200)
