"""What was mailed: the PDF as it went out, mails that came back, and sending a credit memo."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import ISSUE_INVOICES, VIEW_BILLING
from billing.delivering_credits import send_credit, unsend_credit
from billing.letters import first_credit_message
from billing.models import CreditMemo, Snapshot
from billing.payment_forms import SendForm
from billing.recipients import mailed_to
from billing.snapshot_noting import note_returned
from core import clock
from core.mail import UNDO_SECONDS
from core.models import Mail
from core.pages import page, refusals_into, toast
from core.responses import file_response
from people.guards import guarded
from people.models import User


@guarded(VIEW_BILLING)
@require_GET
def snapshot(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The PDF as it was mailed."""
    return file_response(get_object_or_404(Snapshot.objects.select_related("file"), pk=pk).file)


@guarded(ISSUE_INVOICES)
@require_POST
def bounced(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes that the mail came back."""
    kept = get_object_or_404(Snapshot.objects.select_related("mail"), pk=pk)
    note_returned(snapshot=kept, by=request.user, at=clock.now())
    toast(request, "Noted: the mail came back. Check the address, then send it again.")
    return HttpResponse(headers={"HX-Refresh": "true"})


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def send_credit_memo(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog with addresses and message, and the sending itself."""
    credit = get_object_or_404(CreditMemo.objects.select_related("client", "entity", "invoice"), pk=pk)
    form = SendForm(request.POST or None, initial=_first_words(credit, request.user))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            sent = send_credit(credit=credit, by=request.user, at=clock.now(), **form.cleaned_data)
            undo = reverse("billing:credit-unsend", args=[credit.pk, sent.pk])
            toast(request, f"Credit memo {credit.number} leaves in a few seconds.", undo_url=undo)
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"form": form, "credit": credit, "action": request.path, "undo_seconds": UNDO_SECONDS}
    return page(request, "billing/credit_send.html", context, status=422 if form.errors else 200)


def _first_words(credit: CreditMemo, sender: User) -> dict[str, str]:
    """What the dialog begins with, in the client's language."""
    people = mailed_to(credit)
    words = first_credit_message(credit, sender=sender.name)
    return {"to": ", ".join(people.to), "cc": ", ".join(people.cc), "message": words}


@guarded(ISSUE_INVOICES)
@require_POST
def unsend_credit_memo(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    """Takes it back."""
    credit = get_object_or_404(CreditMemo, pk=pk)
    sent = get_object_or_404(Mail, pk=mail_pk, related_kind="billing.creditmemo", related_id=str(pk))
    unsend_credit(sent=sent, credit=credit, by=request.user, at=clock.now())
    return HttpResponse(status=204)
