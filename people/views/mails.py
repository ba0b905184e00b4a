"""Mails of the firm that a person must decide about: sent again, or noted as arrived."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.models import Mail
from core.pages import page, toast
from people.access import MANAGE_FIRM
from people.guards import guarded
from people.resending import doubtful_mails, note_arrival, send_again

MOST = 200


@guarded(MANAGE_FIRM)
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """What was refused, and what nobody knows to have left."""
    return page(request, "people/mails.html", {"mails": list(doubtful_mails()[:MOST])})


@guarded(MANAGE_FIRM)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends one of them again."""
    mail = send_again(mail=get_object_or_404(Mail, pk=pk), by=request.user, at=clock.now())
    toast(request, f"The mail to {', '.join(mail.to)} is on its way again.")
    return redirect("people:mails")


@guarded(MANAGE_FIRM)
@require_POST
def arrived(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes that an unsure one did arrive."""
    mail = note_arrival(mail=get_object_or_404(Mail, pk=pk), by=request.user)
    toast(request, f"Noted: {', '.join(mail.to)} has the mail.")
    return redirect("people:mails")
