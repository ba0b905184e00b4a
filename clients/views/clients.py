"""The list of clients, and their form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import MANAGE_CLIENTS, VIEW_CLIENTS, can_manage, can_merge
from clients.adding import add_client, deactivate_client, edit_client, reactivate_client
from clients.alike import find_alike
from clients.forms import ClientForm
from clients.lists import client_list
from clients.models import Client
from core.pages import is_fragment, page, refusals_into, toast
from people.guards import guarded


@guarded(VIEW_CLIENTS)
@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    """All clients by name; `?is=inactive`, `?q=` and `?start=` narrow and continue the list."""
    is_active, query = request.GET.get("is") != "inactive", request.GET.get("q", "").strip()
    start = int(request.GET.get("start", "0")) if request.GET.get("start", "0").isdecimal() else 0
    part = client_list(is_active=is_active, query=query, start=start)
    context = {"part": part, "is_active": is_active, "query": query, "can_manage": can_manage(request.user)}
    context["can_merge"] = can_merge(request.user)
    is_continued = start > 0 and is_fragment(request)
    return page(request, "clients/clients.html#rows" if is_continued else "clients/clients.html", context)


@guarded(MANAGE_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Adds a client; a name that another one has, or nearly has, is pointed out first."""
    form = ClientForm(
        request.POST if request.method == "POST" else None,
        initial={**ClientForm().initial, "name": request.GET.get("name", "")},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            client = add_client(by=request.user, **form.cleaned_data)
            toast(request, f"{client.name} is added.")
            return redirect("reports:client", client.pk)
    return _form(request, form, None)


@guarded(MANAGE_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, client_id: int) -> HttpResponse:
    """Changes a client."""
    client = get_object_or_404(Client, pk=client_id)
    form = ClientForm(request.POST if request.method == "POST" else None, client=client)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_client(client=client, by=request.user, **form.cleaned_data)
            toast(request, "The client is saved.")
            return redirect("reports:client", client.pk)
    return _form(request, form, client)


def _form(request: HttpRequest, form: ClientForm, client: Client | None) -> HttpResponse:
    name = form.data.get("name", "").strip()
    number = "" if client else form.data.get("tax_number", "")
    is_known = name and "name" in form.errors
    alike = find_alike(name, tax_number=number, other_than=client) if is_known else None
    context = {"form": form, "client": client, "alike": alike}
    return page(request, "clients/form.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_CLIENTS)
@require_POST
def deactivate(request: HttpRequest, client_id: int) -> HttpResponse:
    """Takes the client out of pick-lists; Undo brings it back."""
    client = deactivate_client(client=get_object_or_404(Client, pk=client_id), by=request.user)
    toast(request, f"{client.name} is deactivated.", reverse("clients:reactivate", args=[client.pk]))
    return redirect("reports:client", client.pk)


@guarded(MANAGE_CLIENTS)
@require_POST
def reactivate(request: HttpRequest, client_id: int) -> HttpResponse:
    """The way back."""
    client = reactivate_client(client=get_object_or_404(Client, pk=client_id), by=request.user)
    toast(request, f"{client.name} is active again.")
    return redirect("reports:client", client.pk)
