"""The firm's legal entities by the API. `/company` is the default one of them."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from core.api import Listing, Part, Routes, Wish, cleaned, page
from people.access import MANAGE_FIRM
from people.api.firm import CompanyRow
from people.entities import like_the_default
from people.forms import EntityForm
from people.guards import guarded
from people.incorporating import add_entity, deactivate_entity, make_default, reactivate_entity
from people.models import LegalEntity
from people.organising import edit_entity

routes = Routes("people")


class EntityRow(CompanyRow):
    id: int
    is_default: bool = Field(description="Whether it bills every client for whom no other was chosen.")
    is_active: bool


class EntityWish(Wish):
    name: str
    tagline: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    tax_number: str = ""
    remittance: str = ""
    country: str = ""
    iban: str = ""
    currency: str = Field("USD", description="The firm's: all legal entities have one currency.")
    time_zone: str = "America/New_York"
    paper: str = "Letter"
    mark: str = ""
    mark_color: str = "#1b1d23"


class EntityChange(EntityWish):
    name: str = ""


@routes.read("/legal-entities", Listing[EntityRow])
@guarded(MANAGE_FIRM)
def list_legal_entities(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """The companies of the firm that bill, also those that bill no more."""
    return page(LegalEntity.objects.order_by("pk"), part)


@routes.write("/legal-entities", EntityRow, status=201)
@guarded(MANAGE_FIRM)
def create_legal_entity(request: HttpRequest, wish: EntityWish) -> LegalEntity:
    """Adds one. What is left out is as for the default one."""
    return add_entity(by=request.user, **cleaned(EntityForm, wish, entity=like_the_default()))


@routes.read("/legal-entities/{int:entity_id}", EntityRow)
@guarded(MANAGE_FIRM)
def show_legal_entity(request: HttpRequest, entity_id: int) -> LegalEntity:
    """One company as its documents show it."""
    return _entity(entity_id)


@routes.write("/legal-entities/{int:entity_id}", EntityRow, method="PATCH")
@guarded(MANAGE_FIRM)
def change_legal_entity(request: HttpRequest, entity_id: int, wish: EntityChange) -> LegalEntity:
    """Changes what is given; issued documents stay as they are."""
    entity = _entity(entity_id)
    return edit_entity(entity=entity, by=request.user, **cleaned(EntityForm, wish, entity=entity))


@routes.write("/legal-entities/{int:entity_id}/make-default", EntityRow)
@guarded(MANAGE_FIRM)
def make_legal_entity_default(request: HttpRequest, entity_id: int) -> LegalEntity:
    """It bills clients without another from now on; drafts and documents keep theirs."""
    return make_default(entity=_entity(entity_id), by=request.user)


@routes.write("/legal-entities/{int:entity_id}/deactivate", EntityRow)
@guarded(MANAGE_FIRM)
def archive_legal_entity(request: HttpRequest, entity_id: int) -> LegalEntity:
    """It bills no more. Refused for the default one, and while active clients or drafts name it."""
    return deactivate_entity(entity=_entity(entity_id), by=request.user)


@routes.write("/legal-entities/{int:entity_id}/reactivate", EntityRow)
@guarded(MANAGE_FIRM)
def restore_legal_entity(request: HttpRequest, entity_id: int) -> LegalEntity:
    """The way back."""
    return reactivate_entity(entity=_entity(entity_id), by=request.user)


def _entity(entity_id: int) -> LegalEntity:
    return get_object_or_404(LegalEntity, pk=entity_id)
