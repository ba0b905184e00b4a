"""Rate cards and their rates."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from core.api import Amount, Id, Listing, Part, Routes, Row, Wish, WishedAmount, cleaned, page
from people.guards import guarded
from projects.access import MANAGE_RATES, VIEW_RATES, cards_visible_to
from projects.carding import add_card, add_rate, change_rate_from, edit_card, end_rate, remove_rate
from projects.models import RateCard, RateRule
from projects.rate_forms import CardForm, CardNameForm, ChangeRateForm, EndRateForm, RateForm

routes = Routes("projects")


class CardRow(Row):
    id: int
    name: str
    scope: str
    currency: str
    client_id: int | None
    project_id: int | None


class CardWish(Wish):
    """`client_id` with the scope CLIENT, `project_id` with PROJECT; `currency` counts for the firm's card."""

    name: str
    scope: Literal["FIRM", "CLIENT", "PROJECT"]
    client_id: Id | None = None
    project_id: Id | None = None
    currency: str = "USD"


class CardNameWish(Wish):
    name: str


class RateRow(Row):
    id: int
    card_id: int
    rate_amount: Amount
    staff_id: int | None
    job_title_id: int | None
    task_id: int | None
    labor_code_id: int | None
    starts_on: date
    ends_on: date | None


class RateWish(Wish):
    """For whom and what is given; nothing given is the card's base rate. `ends_on` is the last day."""

    rate_amount: WishedAmount
    starts_on: date
    ends_on: date | None = None
    staff_id: Id | None = None
    job_title_id: Id | None = None
    task_id: Id | None = None
    labor_code_id: Id | None = None


class NewAmountWish(Wish):
    rate_amount: WishedAmount
    starts_on: date


class LastDayWish(Wish):
    ends_on: date | None


@routes.read("/rate-cards", Listing[CardRow])
@guarded(VIEW_RATES, MANAGE_RATES)
def list_rate_cards(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """The rate cards that the person may see."""
    return page(cards_visible_to(request.user), part)


@routes.write("/rate-cards", CardRow, status=201)
@guarded(MANAGE_RATES)
def create_rate_card(request: HttpRequest, wish: CardWish) -> RateCard:
    """Adds the card of the firm, of a client, or of a project."""
    return add_card(by=request.user, **cleaned(CardForm, wish))


@routes.read("/rate-cards/{int:card_id}", CardRow)
@guarded(VIEW_RATES, MANAGE_RATES)
def show_rate_card(request: HttpRequest, card_id: int) -> RateCard:
    """One rate card."""
    return _card(request, card_id)


@routes.write("/rate-cards/{int:card_id}", CardRow, method="PATCH")
@guarded(MANAGE_RATES)
def rename_rate_card(request: HttpRequest, card_id: int, wish: CardNameWish) -> RateCard:
    """Gives the card another name."""
    return edit_card(card=_card(request, card_id), by=request.user, **cleaned(CardNameForm, wish))


@routes.read("/rate-cards/{int:card_id}/rates", Listing[RateRow])
@guarded(VIEW_RATES, MANAGE_RATES)
def list_rates(
    request: HttpRequest, card_id: int, part: Query[Part], on: date | None = None
) -> dict[str, Any]:
    """The rates of a card; with `on` those that apply on that day."""
    found = RateRule.objects.filter(card=_card(request, card_id))
    return page(found if on is None else found.effective_on(on), part)


@routes.write("/rate-cards/{int:card_id}/rates", RateRow, status=201)
@guarded(MANAGE_RATES)
def create_rate(request: HttpRequest, card_id: int, wish: RateWish) -> RateRule:
    """Adds a rate for an hour. Time that is recorded already keeps its rate."""
    card = _card(request, card_id)
    return add_rate(card=card, by=request.user, **cleaned(RateForm, wish, card=card))


@routes.read("/rates/{int:rate_id}", RateRow)
@guarded(VIEW_RATES, MANAGE_RATES)
def show_rate(request: HttpRequest, rate_id: int) -> RateRule:
    """One rate."""
    return _rate(request, rate_id)


@routes.write("/rates/{int:rate_id}/change", RateRow, status=201)
@guarded(MANAGE_RATES)
def change_rate(request: HttpRequest, rate_id: int, wish: NewAmountWish) -> RateRule:
    """A new amount from a day on: ends the rate the day before, and answers the new one."""
    fields = cleaned(ChangeRateForm, wish)
    return change_rate_from(rule=_rate(request, rate_id), by=request.user, **fields)


@routes.write("/rates/{int:rate_id}/end", RateRow)
@guarded(MANAGE_RATES)
def finish_rate(request: HttpRequest, rate_id: int, wish: LastDayWish) -> RateRule:
    """Sets the last day of a rate; null: until further notice."""
    return end_rate(rule=_rate(request, rate_id), by=request.user, **cleaned(EndRateForm, wish))


@routes.write("/rates/{int:rate_id}", method="DELETE")
@guarded(MANAGE_RATES)
def delete_rate(request: HttpRequest, rate_id: int) -> None:
    """Removes a rate that no time was recorded at."""
    remove_rate(rule=_rate(request, rate_id), by=request.user)


def _card(request: HttpRequest, card_id: int) -> RateCard:
    return get_object_or_404(cards_visible_to(request.user), pk=card_id)


def _rate(request: HttpRequest, rate_id: int) -> RateRule:
    rules = RateRule.objects.filter(card__in=cards_visible_to(request.user))
    return get_object_or_404(rules, pk=rate_id)
