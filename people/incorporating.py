"""A firm of more than one legal entity: adding one, which one is the default, and the end of one."""

from typing import Any

from django.db import transaction

from core import audit
from core.activating import set_active
from core.errors import Refusal
from core.promises import promises
from people import time_zones
from people.access import MANAGE_FIRM, require
from people.events import entity_renamed
from people.models import LegalEntity, User
from people.organising import ENTITY_FIELDS


class IsInactive(Refusal):
    sentence = "{name} is not active. Reactivate it first."


def add_entity(*, by: User | None, **values: Any) -> LegalEntity:
    """Another legal entity, in the firm's currency; clients are billed by it once it is chosen for them.

    `values` are ENTITY_FIELDS. Raises Refusal: a name that is taken, another currency (field currency).
    """
    require(by, MANAGE_FIRM)
    unknown = set(values) - set(ENTITY_FIELDS)
    if unknown:
        raise TypeError(f"Not fields of a legal entity: {sorted(unknown)}")
    zone = values.get("time_zone")
    if zone is not None and time_zones.known(zone, "") != zone:
        raise Refusal("Choose a time zone of the list.", field="time_zone")
    with promises(), transaction.atomic():
        entity = LegalEntity.objects.create(**values)
        audit.acting("entity.add", by=by, subject=entity, name=entity.name)
    return entity


def make_default(*, entity: LegalEntity, by: User | None) -> LegalEntity:
    """From now on it bills every client for whom no other was chosen, and the firm goes by its name.

    Drafts and documents keep theirs. Announces entity_renamed. Raises IsInactive.
    """
    require(by, MANAGE_FIRM)
    with promises(), transaction.atomic():
        rows = LegalEntity.objects.select_for_update(of=("self",)).order_by("pk")
        found = {row.pk: row for row in rows}
        entity = found[entity.pk]
        former = next((row for row in found.values() if row.is_default and row.pk != entity.pk), None)
        if not entity.is_active:
            raise IsInactive(name=entity.name)
        if entity.is_default:
            return entity
        with audit.acting("entity.make_default", by=by, subject=entity):
            if former is not None:
                former.is_default = False
                former.save(update_fields=["is_default"])
            entity.is_default = True
            entity.save(update_fields=["is_default"])
            entity_renamed.send(LegalEntity, entity=entity, was=former.name if former else "", by=by)
    return entity


def deactivate_entity(*, entity: LegalEntity, by: User | None) -> LegalEntity:
    """Takes it out of pick-lists; what it issued stays its own. The database refuses it for the default, and while
    active clients or drafts name it."""
    require(by, MANAGE_FIRM)
    return set_active(entity, False, verb="entity", by=by)


def reactivate_entity(*, entity: LegalEntity, by: User | None) -> LegalEntity:
    """The way back of `deactivate_entity`."""
    require(by, MANAGE_FIRM)
    return set_active(entity, True, verb="entity", by=by)
