"""Which client a name may mean already."""

from dataclasses import dataclass

from clients.models import Client
from clients.names import bare_number, normalised


@dataclass(frozen=True)
class Alike:
    """A client with the same name (`is_same`, but for case) or with one that reads alike."""

    client: Client
    is_same: bool


def find_alike(name: str, *, tax_number: str = "", other_than: Client | None = None) -> Alike | None:
    """The client whose name, or legal name, or tax number means the same; the same name first. One statement.

    The name of a client that was merged leads to the one it is part of.
    """
    wanted, found, number = normalised(name), None, bare_number(tax_number)
    clients = Client.objects.select_related("merged_into").only(
        "name", "legal_name", "tax_number", "merged_into__name", "merged_into__legal_name"
    )
    for client in clients.exclude(pk=other_than.pk) if other_than else clients:
        kept = client.merged_into or client
        if client.name.casefold() == name.casefold():
            return Alike(kept, True)
        if kept == other_than:
            continue
        if wanted in (normalised(client.name), normalised(client.legal_name)) or (
            number and number == bare_number(client.tax_number)
        ):
            found = found or Alike(kept, False)
    return found
