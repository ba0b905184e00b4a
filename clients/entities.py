"""Which legal entity of the firm bills a client: its own, else the default one."""

from dataclasses import dataclass
from datetime import date, datetime

from clients.models import Client
from core.clock import date_in
from people.models import LegalEntity


@dataclass(frozen=True)
class EntityBook:
    """The legal entities as they are now, for a whole run."""

    default: LegalEntity
    by_id: dict[int, LegalEntity]

    def of(self, client: Client) -> LegalEntity:
        """Whose documents the client gets from now on."""
        return self.by_id[client.legal_entity_id] if client.legal_entity_id else self.default

    def today_of(self, client: Client, at: datetime) -> date:
        """The date of documents of the client at this instant."""
        return date_in(self.of(client).time_zone, at)


def entity_book() -> EntityBook:
    """All legal entities, whatever the number of clients. One statement."""
    found = list(LegalEntity.objects.order_by("-is_default", "pk"))
    return EntityBook(found[0], {entity.pk: entity for entity in found})


def entity_of(client: Client) -> LegalEntity:
    """Whose documents one client gets from now on; drafts and documents keep theirs. One statement."""
    return entity_book().of(client)
