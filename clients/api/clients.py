"""Clients and contacts by the API."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from clients.access import MANAGE_CLIENTS, VIEW_CLIENTS
from clients.adding import add_client, deactivate_client, edit_client, reactivate_client
from clients.contacting import add_contact, deactivate_contact, edit_contact, reactivate_contact
from clients.forms import ClientForm, ContactForm
from clients.lists import matching
from clients.models import Client, Contact
from core.api import ChangedPart, Day, Id, Listing, Routes, Row, Wish, cleaned, page
from people.guards import guarded

routes = Routes("clients")


class ClientRow(Row):
    id: int
    name: str
    legal_name: str
    code: str
    billing_address: str
    country: str
    phone: str
    tax_number: str
    currency: str
    language: str
    time_zone: str
    legal_entity_id: int | None = Field(description="The company that bills it; null is the default one.")
    payment_terms_id: int | None
    tax_code_id: int | None
    expense_tax_code_id: int | None
    is_tax_exempt: bool
    exemption_number: str
    exemption_expires_on: date | None
    is_billed_together: bool = Field(description="Whether it gets one invoice for all its projects.")
    notes: str
    is_active: bool
    # The client that it is part of since the two were merged.
    merged_into_id: int | None
    created_at: datetime
    updated_at: datetime


class ClientWish(Wish):
    name: str
    legal_name: str = ""
    code: str = ""
    billing_address: str = ""
    country: str = "US"
    phone: str = ""
    tax_number: str = ""
    currency: str = "USD"
    language: str = "en-us"
    time_zone: str = ""
    # For drafts from now on; null is the firm's default.
    legal_entity_id: Id | None = None
    payment_terms_id: Id | None = None
    tax_code_id: Id | None = None
    # Of expenses, where it is not that of services.
    expense_tax_code_id: Id | None = None
    is_tax_exempt: bool = False
    exemption_number: str = ""
    exemption_expires_on: Day | None = None
    is_billed_together: bool = False
    notes: str = ""
    # The name reads like another client's, and it is another client all the same.
    accepts_alike: bool = False


class ClientChange(ClientWish):
    name: str = ""


class ContactRow(Row):
    id: int
    client_id: int
    name: str
    title: str
    email: str
    phone: str
    is_billing_to: bool
    is_billing_cc: bool
    is_active: bool
    updated_at: datetime


class ContactWish(Wish):
    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    is_billing_to: bool = False
    is_billing_cc: bool = False


class ContactChange(ContactWish):
    name: str = ""


@routes.read("/clients", Listing[ClientRow])
@guarded(VIEW_CLIENTS)
def list_clients(
    request: HttpRequest, part: Query[ChangedPart], q: str = "", is_active: bool | None = None
) -> dict[str, Any]:
    """Clients. Each word of `q` occurs in the name, legal name, code, or in a contact's name or address."""
    found = matching(q).distinct()
    return page(found if is_active is None else found.filter(is_active=is_active), part)


@routes.write("/clients", ClientRow, status=201)
@guarded(MANAGE_CLIENTS)
def create_client(request: HttpRequest, wish: ClientWish) -> Client:
    """Adds a client. Of one whose name reads alike it says so; `accepts_alike` adds it all the same."""
    return add_client(by=request.user, **cleaned(ClientForm, wish))


@routes.read("/clients/{int:client_id}", ClientRow)
@guarded(VIEW_CLIENTS)
def show_client(request: HttpRequest, client_id: int) -> Client:
    """One client."""
    return _client(client_id)


@routes.write("/clients/{int:client_id}", ClientRow, method="PATCH")
@guarded(MANAGE_CLIENTS)
def change_client(request: HttpRequest, client_id: int, wish: ClientChange) -> Client:
    """Changes what is given and leaves the rest."""
    client = _client(client_id)
    edit_client(client=client, by=request.user, **cleaned(ClientForm, wish, client=client))
    return _client(client_id)


@routes.write("/clients/{int:client_id}/deactivate", ClientRow)
@guarded(MANAGE_CLIENTS)
def archive_client(request: HttpRequest, client_id: int) -> Client:
    """Takes the client out of pick-lists; its history stays. Refused while projects are open."""
    deactivate_client(client=_client(client_id), by=request.user)
    return _client(client_id)


@routes.write("/clients/{int:client_id}/reactivate", ClientRow)
@guarded(MANAGE_CLIENTS)
def restore_client(request: HttpRequest, client_id: int) -> Client:
    """The way back."""
    reactivate_client(client=_client(client_id), by=request.user)
    return _client(client_id)


@routes.read("/clients/{int:client_id}/contacts", Listing[ContactRow])
@guarded(VIEW_CLIENTS)
def list_contacts_of_client(request: HttpRequest, client_id: int, part: Query[ChangedPart]) -> dict[str, Any]:
    """The people at one client."""
    return page(Contact.objects.filter(client=_client(client_id)), part)


@routes.write("/clients/{int:client_id}/contacts", ContactRow, status=201)
@guarded(MANAGE_CLIENTS)
def create_contact(request: HttpRequest, client_id: int, wish: ContactWish) -> Contact:
    """Adds a person at the client."""
    return add_contact(client=_client(client_id), by=request.user, **cleaned(ContactForm, wish))


@routes.read("/contacts", Listing[ContactRow])
@guarded(VIEW_CLIENTS)
def list_contacts(request: HttpRequest, part: Query[ChangedPart]) -> dict[str, Any]:
    """The people at all clients."""
    return page(Contact.objects.all(), part)


@routes.read("/contacts/{int:contact_id}", ContactRow)
@guarded(VIEW_CLIENTS)
def show_contact(request: HttpRequest, contact_id: int) -> Contact:
    """One person at a client."""
    return _contact(contact_id)


@routes.write("/contacts/{int:contact_id}", ContactRow, method="PATCH")
@guarded(MANAGE_CLIENTS)
def change_contact(request: HttpRequest, contact_id: int, wish: ContactChange) -> Contact:
    """Changes what is given and leaves the rest."""
    contact = _contact(contact_id)
    edit_contact(contact=contact, by=request.user, **cleaned(ContactForm, wish, contact=contact))
    return _contact(contact_id)


@routes.write("/contacts/{int:contact_id}/deactivate", ContactRow)
@guarded(MANAGE_CLIENTS)
def archive_contact(request: HttpRequest, contact_id: int) -> Contact:
    """The person has left: gets no more mail, stays in the history."""
    deactivate_contact(contact=_contact(contact_id), by=request.user)
    return _contact(contact_id)


@routes.write("/contacts/{int:contact_id}/reactivate", ContactRow)
@guarded(MANAGE_CLIENTS)
def restore_contact(request: HttpRequest, contact_id: int) -> Contact:
    """The way back."""
    reactivate_contact(contact=_contact(contact_id), by=request.user)
    return _contact(contact_id)


def _client(client_id: int) -> Client:
    return get_object_or_404(Client, pk=client_id)


def _contact(contact_id: int) -> Contact:
    return get_object_or_404(Contact, pk=contact_id)
