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
    """The client whose name, or legal name, means the same; the same name first. One statement.

    The name of a client that was merged leads to the one it is part of.
    """
    wanted, found = normalised(name), None
    clients = Client.objects.select_related("merged_into").only(
        "name", "legal_name", "merged_into__name", "merged_into__legal_name"
    )
    for client in clients.exclude(pk=other_than.pk) if other_than else clients:
        kept = client.merged_into or client
        if client.name.casefold() == name.casefold():
            return Alike(kept, True)
        if kept != other_than and wanted in (normalised(client.name), normalised(client.legal_name)):
            found = found or Alike(kept, False)
    return found
