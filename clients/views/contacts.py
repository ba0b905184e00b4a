"""The dialog of a contact."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import MANAGE_CLIENTS
from clients.contacting import add_contact, deactivate_contact, edit_contact, reactivate_contact
from clients.duplicates import sharing_domain
from clients.forms import ContactForm
from clients.models import Client, Contact
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded

CHANGED = "contacts-changed"


@guarded(MANAGE_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, client_id: int) -> HttpResponse:
    """Adds a person at the client."""
    client = get_object_or_404(Client, pk=client_id)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            contact = add_contact(client=client, by=request.user, **form.cleaned_data)
            others = [other.name for other in sharing_domain(contact)]
            also = f" {' and '.join(others)} has contacts at that address too." if others else ""
            toast(request, f"{contact.name} is added.{also}")
            return dialog_done(CHANGED)
    return _dialog(request, form, {"client": client})


@guarded(MANAGE_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Changes a contact."""
    contact = get_object_or_404(Contact.objects.select_related("client"), pk=contact_id)
    form = ContactForm(request.POST if request.method == "POST" else None, contact=contact)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_contact(contact=contact, by=request.user, **form.cleaned_data)
            toast(request, f"{contact.name} is saved.")
            return dialog_done(CHANGED)
    return _dialog(request, form, {"client": contact.client, "contact": contact})


def _dialog(request: HttpRequest, form: ContactForm, context: dict[str, object]) -> HttpResponse:
    context |= {"form": form, "action": request.path}
    return page(request, "clients/contact.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_CLIENTS)
@require_POST
def deactivate(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The person has left; Undo brings the contact back."""
    contact = deactivate_contact(contact=get_object_or_404(Contact, pk=contact_id), by=request.user)
    undo_url = reverse("clients:contact-reactivate", args=[contact.pk])
    toast(request, f"{contact.name} is deactivated and gets no more mail.", undo_url)
    return dialog_done(CHANGED)


@guarded(MANAGE_CLIENTS)
@require_POST
def reactivate(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The way back."""
    contact = reactivate_contact(contact=get_object_or_404(Contact, pk=contact_id), by=request.user)
    toast(request, f"{contact.name} is active again.")
    return dialog_done(CHANGED)
