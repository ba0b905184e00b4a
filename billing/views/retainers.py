"""Retainers: what clients have paid ahead, and everything that is done with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from billing.access import ISSUE_INVOICES, RECORD_PAYMENTS, VIEW_BILLING
from billing.balance import balance_of
from billing.depositing import request_deposit
from billing.drawing import draw_retainer
from billing.models import Invoice, Retainer
from billing.retainer_forms import AskForm, DrawForm, RefundForm, RetainerForm, TermsForm
from billing.retainers import drawable, holding_of, retainer_page, retainers_page
from billing.retaining import change_retainer, open_retainer, refund_retainer
from billing.views.paging import first_row
from core import clock
from core.money import ZERO, format_amount
from core.pages import dialog_done, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded

METHODS = ["GET", "HEAD", "POST"]


@guarded(VIEW_BILLING)
@require_GET
def retainers(request: HttpRequest) -> HttpResponse:
    """All of them, with what each holds today."""
    shown = retainers_page(clock.today(request.user))
    can_open = has_right(request.user, ISSUE_INVOICES)
    return page(request, "billing/retainers.html", {"shown": shown, "can_open": can_open})


@guarded(ISSUE_INVOICES)
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Opens one; `?client=` and `?project=` say beforehand for whom."""
    asked = {name: request.GET[name] for name in ("client", "project") if name in request.GET}
    form = RetainerForm(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            opened = open_retainer(by=request.user, **form.cleaned_data)
            toast(request, "The retainer is open. Ask for the first deposit next.")
            return redirect("billing:retainer", opened.pk)
    return page(request, "billing/retainer_form.html", {"form": form}, status=422 if form.errors else 200)


def find(pk: int) -> Retainer:
    """The retainer of an address, with its client."""
    return get_object_or_404(Retainer.objects.select_related("client", "entity", "project"), pk=pk)


@guarded(VIEW_BILLING)
@require_GET
def retainer(request: HttpRequest, pk: int) -> HttpResponse:
    """What it holds, its requests, deposits and movements; older movements come by htmx."""
    found, first = find(pk), first_row(request)
    context = {
        "retainer": found,
        "shown": retainer_page(found, clock.today(request.user), first=first),
        "more_url": f"?from={first + 50}",
        "can_ask": has_right(request.user, ISSUE_INVOICES),
        "can_record": has_right(request.user, RECORD_PAYMENTS),
    }
    template = "billing/retainer.html#rows" if first else "billing/retainer.html"
    return page(request, template, context)


@guarded(ISSUE_INVOICES)
@require_http_methods(METHODS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Minimum, target, expiry, and whether invoices draw by themselves."""
    found = find(pk)
    names = ("expires_after_months", "draws_by_itself")
    known = {name: getattr(found, name) for name in names}
    known |= {"minimum": found.minimum_amount or None, "target": found.target_amount or None}
    posted = request.POST if request.method == "POST" else None
    form = TermsForm(posted, initial=known, currency=found.currency)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            change_retainer(retainer=found, by=request.user, **form.cleaned_data)
            toast(request, "The retainer is changed.")
            return dialog_done("retainer-changed")
    context = {"form": form, "retainer": found, "action": request.path}
    return page(request, "billing/retainer_edit.html", context, status=422 if form.errors else 200)


@guarded(ISSUE_INVOICES)
@require_http_methods(METHODS)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the client for a deposit: a document that is then sent like an invoice."""
    found, at = find(pk), clock.now()
    today = clock.date_in(found.entity.time_zone, at)
    missing = max(found.target_amount - holding_of(found, today).available, ZERO)
    posted = request.POST if request.method == "POST" else None
    form = AskForm(posted, initial={"on": today, "amount": missing or None}, retainer=found)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            asked = request_deposit(retainer=found, by=request.user, at=at, **form.cleaned_data)
            toast(request, f"{asked.number} is issued. Send it next.")
            return HttpResponse(headers={"HX-Redirect": reverse("billing:invoice", args=[asked.pk])})
    context = {"form": form, "retainer": found, "action": request.path}
    return page(request, "billing/retainer_ask.html", context, status=422 if form.errors else 200)


@guarded(RECORD_PAYMENTS)
@require_http_methods(METHODS)
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Records what was paid back to the client."""
    found, at = find(pk), clock.now()
    today = clock.date_in(found.entity.time_zone, at)
    holding = holding_of(found, today)
    posted = request.POST if request.method == "POST" else None
    form = RefundForm(posted, initial={"refunded_on": today, "amount": holding.balance}, retainer=found)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            refund_retainer(retainer=found, by=request.user, on=today, **form.cleaned_data)
            words = format_amount(form.cleaned_data["amount"], found.currency)
            toast(request, f"{words} paid back to {found.client.name}.")
            return dialog_done("retainer-changed")
    context = {"form": form, "retainer": found, "holding": holding, "action": request.path}
    return page(request, "billing/retainer_refund.html", context, status=422 if form.errors else 200)


@guarded(RECORD_PAYMENTS)
@require_http_methods(METHODS)
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Pays an invoice from the client's retainers."""
    invoice = get_object_or_404(Invoice.objects.select_related("client", "entity"), pk=pk)
    at = clock.now()
    today = clock.date_in(invoice.entity.time_zone, at)
    held, due = drawable(invoice, today), balance_of(invoice).payable
    posted = request.POST if request.method == "POST" else None
    form = DrawForm(posted, initial={"amount": min(held, due), "drawn_on": today}, currency=invoice.currency)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            draw_retainer(invoice=invoice, by=request.user, on=today, at=at, **form.cleaned_data)
            words = format_amount(form.cleaned_data["amount"], invoice.currency)
            toast(request, f"{words} drawn for {invoice.number}.")
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"form": form, "invoice": invoice, "held": held, "due": due, "action": request.path}
    return page(request, "billing/retainer_draw.html", context, status=422 if form.errors else 200)
