"""Which client a name may mean already."""

from dataclasses import dataclass

from clients.models import Client
from clients.names import normalised


@dataclass(frozen=True)
class Alike:
    """A client with the same name (`is_same`, but for case) or with one that reads alike."""

    client: Client
    is_same: bool


def find_alike(name: str, *, other_than: Client | None = None) -> Alike | None:
    """The client whose name, or legal name, means the same; the same name first. One statement."""
    wanted, found = normalised(name), None
    clients = Client.objects.only("name", "legal_name")
    for client in clients.exclude(pk=other_than.pk) if other_than else clients:
        if client.name.casefold() == name.casefold():
            return Alike(client, True)
        if wanted in (normalised(client.name), normalised(client.legal_name)):
            found = found or Alike(client, False)
    return found
