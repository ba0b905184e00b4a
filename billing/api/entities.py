"""How each legal entity writes its numbers, by the API."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from billing.access import MANAGE_BILLING
from billing.numbering import how_written
from billing.rules_forms import NumbersForm
from billing.ruling import edit_numbers
from core.api import Routes, Row, Wish, cleaned
from people.guards import guarded
from people.models import LegalEntity

routes = Routes("billing")


class NumbersRow(Row):
    number_prefix: str
    credit_prefix: str
    retainer_prefix: str
    number_pattern: str


class NumbersChange(Wish):
    number_prefix: str = ""
    credit_prefix: str = ""
    retainer_prefix: str = ""
    number_pattern: str = ""


@routes.read("/legal-entities/{int:entity_id}/numbers", NumbersRow)
@guarded(MANAGE_BILLING)
def show_entity_numbers(request: HttpRequest, entity_id: int) -> Any:
    """Prefixes and pattern of its numbers; the firm's until it has its own."""
    return how_written(_entity(entity_id))


@routes.write("/legal-entities/{int:entity_id}/numbers", NumbersRow, method="PATCH")
@guarded(MANAGE_BILLING)
def change_entity_numbers(request: HttpRequest, entity_id: int, wish: NumbersChange) -> Any:
    """Changes what is given, for numbers from now on."""
    entity = _entity(entity_id)
    return edit_numbers(
        entity=entity, by=request.user, **cleaned(NumbersForm, wish, initial=how_written(entity))
    )


def _entity(entity_id: int) -> LegalEntity:
    return get_object_or_404(LegalEntity, pk=entity_id)
