"""Issuing a draft and voiding an invoice: dialogs that name the consequence."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.access import ISSUE_INVOICES
from billing.draft_page import draft_page
from billing.forms import IssueForm, VoidForm
from billing.issuing import issue_invoice
from billing.views.draft import find
from billing.voiding import void_invoice
from core import clock
from core.pages import page, refusals_into, toast
from people.guards import guarded


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the date; the date of a document is that of its legal entity."""
    invoice, now = find(pk), clock.now()
    today = clock.date_in(invoice.entity.time_zone, now)
    form = IssueForm(request.POST or None, initial={"on": today, "version": invoice.version})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            issued = issue_invoice(invoice=invoice, by=request.user, at=now, **form.cleaned_data)
            toast(request, f"Invoice {issued.number} is issued.")
            return HttpResponse(headers={"HX-Redirect": reverse("billing:invoice", args=[pk])})
    context = {
        "invoice": invoice,
        "draft": draft_page(invoice, today=today),
        "form": form,
        "action": request.path,
    }
    return page(request, "billing/issue.html", context, status=422 if form.errors else 200)


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason."""
    invoice, now = find(pk), clock.now()
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            today = clock.date_in(invoice.entity.time_zone, now)
            void_invoice(invoice=invoice, by=request.user, on=today, at=now, **form.cleaned_data)
            toast(request, f"Invoice {invoice.number} is void. Its hours are ready to bill again.")
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"invoice": invoice, "form": form, "action": request.path}
    return page(request, "billing/void.html", context, status=422 if form.errors else 200)
