"""The reasons that dialogs offer, for programs."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query

from billing.access import MANAGE_BILLING, VIEW_BILLING
from billing.api.invoices import routes
from billing.models import SuggestedReason
from billing.suggesting import set_reasons
from core.api import Listing, Part, Row, Wish, page
from people.guards import guarded

Kinds = Literal["WRITE", "HOLD", "DISCOUNT", "VOID", "CREDIT", "WRITE_OFF"]


class ReasonRow(Row):
    """Words that are offered for a kind, in their order."""

    id: int
    kind: str
    words: str
    position: int


class ReasonsPut(Wish):
    words: list[str]


@routes.read("/billing-reasons", Listing[ReasonRow])
@guarded(VIEW_BILLING)
def list_reasons(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """The reasons that are offered where somebody is asked why."""
    return page(SuggestedReason.objects.all(), part)


@routes.write("/billing-reasons/{kind}", Listing[ReasonRow], method="PUT")
@guarded(MANAGE_BILLING)
def put_reasons(request: HttpRequest, kind: Kinds, wish: ReasonsPut) -> dict[str, Any]:
    """Sets the reasons of a kind, in this order; what was written with them stays."""
    set_reasons(kind=kind, words=wish.words, by=request.user)
    return page(SuggestedReason.objects.filter(kind=kind), Part())
