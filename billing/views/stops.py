"""Promises, disputes and pauses of an invoice or a client, recorded and ended."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from billing.access import RECORD_PAYMENTS
from billing.dunning_forms import DisputeForm, EndForm, PauseForm, PromiseForm
from billing.models import DunningStop, Invoice
from billing.stopping import end_stop, open_dispute, pause_reminders, record_promise
from clients.models import Client
from core import clock
from core.pages import page, refusals_into, toast
from people.guards import guarded

METHODS = ["GET", "POST"]


def _bill(pk: int) -> Invoice:
    bills = Invoice.objects.bills().exclude(issued_on=None).select_related("client")
    return get_object_or_404(bills, pk=pk)


def _dialog(request: HttpRequest, form: Form, kind: str, **context: Any) -> HttpResponse:
    """The dialog of what stops reminders."""
    shown = {"form": form, "kind": kind, "action": request.path} | context
    return page(request, "billing/stop.html", shown, status=422 if form.errors else 200)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    toast(request, words)
    return HttpResponse(headers={"HX-Refresh": "true"})


@guarded(RECORD_PAYMENTS)
@require_http_methods(METHODS)
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """The client promised to pay by a day."""
    invoice, form = _bill(pk), PromiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            today = clock.today(request.user)
            record_promise(invoice=invoice, by=request.user, on=today, at=clock.now(), **form.cleaned_data)
            return _done(request, f"{invoice.number} is promised; reminders wait until then.")
    return _dialog(request, form, "promise", invoice=invoice, client=invoice.client)


@guarded(RECORD_PAYMENTS)
@require_http_methods(METHODS)
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The client disputes the invoice."""
    invoice, form = _bill(pk), DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            today = clock.today(request.user)
            open_dispute(invoice=invoice, by=request.user, on=today, at=clock.now(), **form.cleaned_data)
            return _done(request, f"{invoice.number} is disputed; no reminders until that is resolved.")
    return _dialog(request, form, "dispute", invoice=invoice, client=invoice.client)


@guarded(RECORD_PAYMENTS)
@require_http_methods(METHODS)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """No reminders of one invoice."""
    invoice = _bill(pk)
    return _pause(request, invoice.client, invoice)


@guarded(RECORD_PAYMENTS)
@require_http_methods(METHODS)
def pause_client(request: HttpRequest, pk: int) -> HttpResponse:
    """No reminders of anything of a client."""
    return _pause(request, get_object_or_404(Client, pk=pk), None)


def _pause(request: HttpRequest, client: Client, invoice: Invoice | None) -> HttpResponse:
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            pause_reminders(
                client=client,
                invoice=invoice,
                by=request.user,
                on=clock.today(request.user),
                at=clock.now(),
                **form.cleaned_data,
            )
            return _done(request, f"Reminders of {invoice.number if invoice else client.name} are paused.")
    return _dialog(request, form, "pause", invoice=invoice, client=client)


@guarded(RECORD_PAYMENTS)
@require_http_methods(METHODS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Resolves a dispute, withdraws a promise, ends a pause."""
    stop = get_object_or_404(DunningStop.objects.select_related("client", "invoice"), pk=pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            end_stop(stop=stop, by=request.user, on=clock.today(request.user), **form.cleaned_data)
            return _done(request, "Reminders go on.")
    return _dialog(request, form, "end", stop=stop, invoice=stop.invoice, client=stop.client)
