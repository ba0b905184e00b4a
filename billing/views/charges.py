"""Discounts of a draft and what taxes its lines: dialogs of the editor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import DRAFT_INVOICES
from billing.choosing_taxes import choose_tax, follow_client
from billing.discounting import remove_discount, set_discount
from billing.draft_forms import DiscountForm, LineTaxForm, PlainForm
from billing.models import Discount, Invoice, InvoiceLine
from billing.views.draft import find
from core.pages import page, refusals_into, toast
from people.guards import guarded


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def discount(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog for what comes off the whole invoice."""
    return _discount(request, find(pk), None)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def line_discount(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog for what comes off one line."""
    line = _line(pk)
    return _discount(request, line.invoice, line)


def _discount(request: HttpRequest, invoice: Invoice, line: InvoiceLine | None) -> HttpResponse:
    now = Discount.objects.filter(invoice=invoice, line=line).first()
    initial = DiscountForm.initial_of(now) | {"version": invoice.version}
    form = DiscountForm(request.POST or None, currency=invoice.currency, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            version = form.cleaned_data["version"]
            set_discount(invoice=invoice, line=line, wanted=form.wanted(), by=request.user, version=version)
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"invoice": invoice, "line": line, "discount": now, "form": form, "action": request.path}
    return page(request, "billing/discount.html", context, status=422 if form.errors else 200)


@guarded(DRAFT_INVOICES)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a discount off."""
    found = get_object_or_404(Discount.objects.select_related("invoice"), pk=pk)
    form = PlainForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    remove_discount(discount=found, by=request.user, version=version)
    toast(request, "Discount taken off.")
    return HttpResponse(headers={"HX-Refresh": "true"})


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def tax(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog for what taxes one line."""
    line = _line(pk)
    form = LineTaxForm(request.POST or None, line=line, initial={"version": line.invoice.version})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            version = form.cleaned_data["version"]
            if form.follows_client:
                follow_client(line=line, by=request.user, version=version)
            else:
                choose_tax(line=line, code=form.code, by=request.user, version=version)
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"line": line, "form": form, "action": request.path}
    return page(request, "billing/line_tax.html", context, status=422 if form.errors else 200)


def _line(pk: int) -> InvoiceLine:
    related = ("invoice__client", "invoice__entity", "tax_code")
    return get_object_or_404(InvoiceLine.objects.select_related(*related), pk=pk)
