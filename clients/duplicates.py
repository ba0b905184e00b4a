"""Clients that may be one: by name, tax number, or where their people write from."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from clients.models import Client, ClientsApart, Contact
from clients.names import bare_number, firm_domain, normalised

# So many clients with people at one address belong to an agency or a group rather than to each other.
COMMON = 5
Groups = defaultdict[str, set[int]]


@dataclass
class Pair:
    """Two clients, the older one first, and every reason to think that they are the same."""

    one: Client
    other: Client
    reasons: list[str] = field(default_factory=list)


def duplicates() -> list[Pair]:
    """Pairs by name, those with most reasons first; pairs that somebody told apart are left out. Three statements."""
    clients = {client.pk: client for client in Client.objects.own()}
    apart = set(ClientsApart.objects.values_list("first", "second"))
    found: dict[tuple[int, int], Pair] = {}
    for reason, members in _alike(clients):
        for first, second in pairwise(sorted(members)):
            if (first, second) not in apart:
                pair = found.setdefault((first, second), Pair(clients[first], clients[second]))
                pair.reasons.append(reason)
    return sorted(found.values(), key=lambda pair: (-len(pair.reasons), pair.one.name))


def sharing_domain(contact: Contact) -> list[Client]:
    """Other clients with people at the same address, as somebody who enters one should know. One statement."""
    domain = firm_domain(contact.email)
    if not domain:
        return []
    others = (
        Client.objects.own().filter(contacts__email__iendswith=f"@{domain}").exclude(pk=contact.client_id)
    )
    return list(others.distinct()[:COMMON])


def _alike(clients: dict[int, Client]) -> list[tuple[str, set[int]]]:
    """Each reason with those for whom it holds, two at least."""
    names: Groups = defaultdict(set)
    numbers: Groups = defaultdict(set)
    domains: Groups = defaultdict(set)
    for client in clients.values():
        for name in filter(None, (client.name, client.legal_name)):
            names[normalised(name)].add(client.pk)
        if client.tax_number:
            numbers[bare_number(client.tax_number)].add(client.pk)
    contacts = Contact.objects.filter(is_active=True).exclude(email="")
    for client_id, email in contacts.values_list("client", "email"):
        if client_id in clients and (domain := firm_domain(email)):
            domains[domain].add(client_id)
    found = [("The names read alike", members) for members in names.values()]
    found += [(f"Tax number {number}", members) for number, members in numbers.items()]
    found += [(f"Contacts at {name}", members) for name, members in domains.items() if len(members) <= COMMON]
    return [(reason, members) for reason, members in found if len(members) > 1]
