"""Sending an issued invoice, taking it back for 15 seconds, and closing its link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import ISSUE_INVOICES
from billing.balance import balance_of
from billing.delivering import revoke_link, send_invoice, unsend_invoice
from billing.letters import first_message
from billing.models import Invoice
from billing.payment_forms import SendInvoiceForm
from billing.recipients import mailed_to
from core import clock
from core.mail import UNDO_SECONDS
from core.models import Mail
from core.pages import page, refusals_into, toast
from people.guards import guarded
from people.models import User


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog with addresses and message, and the sending itself."""
    invoice = get_object_or_404(
        Invoice.objects.select_related("client", "entity", "project", "document"), pk=pk
    )
    form = SendInvoiceForm(
        request.POST or None, request.FILES or None, initial=_first_words(invoice, request.user)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            sent = send_invoice(invoice=invoice, by=request.user, at=clock.now(), **form.cleaned_data)
            undo = reverse("billing:unsend", args=[invoice.pk, sent.pk])
            toast(request, f"Invoice {invoice.number} leaves in a few seconds.", undo_url=undo)
            return HttpResponse(headers={"HX-Refresh": "true"})
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "invoice": invoice,
        "files": invoice.files.select_related("file"),
        "payable": balance_of(invoice).payable,
        "has_time": bool(invoice.document.content["appendix"]) if invoice.number else False,
        "action": request.path,
        "undo_seconds": UNDO_SECONDS,
    }
    return page(request, "billing/send.html", context, status=status)


def _first_words(invoice: Invoice, sender: User) -> dict[str, str]:
    """What the dialog begins with, in the client's language."""
    people = mailed_to(invoice)
    return {
        "to": ", ".join(people.to),
        "cc": ", ".join(people.cc),
        "message": first_message(invoice, sender=sender.name),
    }


@guarded(ISSUE_INVOICES)
@require_POST
def unsend(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    invoice = get_object_or_404(Invoice, pk=pk)
    sent = get_object_or_404(Mail, pk=mail_pk, related_kind="billing.invoice", related_id=str(pk))
    unsend_invoice(sent=sent, invoice=invoice, by=request.user, at=clock.now())
    return HttpResponse(status=204)


@guarded(ISSUE_INVOICES)
@require_POST
def close_link(request: HttpRequest, pk: int) -> HttpResponse:
    invoice = get_object_or_404(Invoice, pk=pk)
    revoke_link(invoice=invoice, by=request.user, at=clock.now())
    toast(request, f"The pay link of {invoice.number} is closed. Sending again makes a new one.")
    return HttpResponse(headers={"HX-Refresh": "true"})
