"""Lists of clients."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q

from clients.models import Client, Contact
from clients.models.clients import ClientQuerySet
from clients.ports import open_projects_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class ClientRow:
    client: Client
    payers: list[Contact]
    open_projects: int


@dataclass(frozen=True)
class ClientList:
    """A part of the list: what stands in it, how many follow, and how many there are for each tab."""

    clients: list[ClientRow]
    more: int
    next_start: int
    active: int
    inactive: int


def client_list(*, is_active: bool, query: str = "", start: int = 0) -> ClientList:
    """Clients by name from `start` on, with the contacts that get invoices. Four statements.

    Each word of `query` must occur in the name, legal name, code, or in a contact's name or address.
    Those that were merged into another are left out; their names lead to it.
    """
    found = matching(query).own()
    counts = found.aggregate(
        active=Count("pk", filter=Q(is_active=True), distinct=True),
        inactive=Count("pk", filter=Q(is_active=False), distinct=True),
    )
    payers = Contact.objects.filter(is_billing_to=True, is_active=True)
    rows = (
        found.filter(is_active=is_active)
        .select_related("payment_terms")
        .prefetch_related(Prefetch("contacts", payers, to_attr="payers"))
        .distinct()[start : start + PAGE_SIZE]
    )
    total = counts["active" if is_active else "inactive"]
    shown = min(start + PAGE_SIZE, total)
    projects = open_projects_of([client.pk for client in rows])
    listed = [ClientRow(client, client.payers, projects.get(client.pk, 0)) for client in rows]
    return ClientList(listed, min(PAGE_SIZE, total - shown), shown, **counts)


def matching(query: str) -> ClientQuerySet:
    """Clients with each word in the name, legal name, code, or in a contact's name or address; maybe several times."""
    found = Client.objects.all()
    for word in query.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(legal_name__icontains=word)
            | Q(code__icontains=word)
            | Q(contacts__name__icontains=word)
            | Q(contacts__email__icontains=word)
            | Q(merged__name__icontains=word)
        )
    return found
