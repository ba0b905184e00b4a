"""Rate cards and their rates."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from core.api import Amount, Id, Listing, Part, Routes, Row, Wish, WishedAmount, cleaned, page
from people.guards import guarded
from projects.access import MANAGE_RATES, VIEW_RATES, cards_visible_to, visible_to
from projects.carding import (
    add_card,
    add_rate,
    change_rate_from,
    edit_card,
    end_rate,
    remove_rate,
    set_base,
)
from projects.models import Project, ProjectBase, RateCard, RateRule
from projects.rate_forms import BaseForm, CardForm, ChangeRateForm, EditCardForm, EndRateForm, RateForm

routes = Routes("projects")
DayMinutes = Annotated[int, Field(ge=60, le=1440)]


class CardRow(Row):
    id: int
    name: str
    scope: str
    currency: str
    client_id: int | None
    project_id: int | None
    letter: str
    unit: str
    unit_minutes: int
    weekend_factor: Decimal | None
    overtime_factor: Decimal | None
    overtime_code_id: int | None
    onsite_amount: Amount | None
    onsite_code_id: int | None


class CardTerms(Wish):
    """`day_minutes` counts for the unit DAY (480 when left out); the unit is fixed once the card has rates.

    Saturdays and Sundays, and work under the labor code of overtime, are multiplied; the higher one counts, once. Each
    hour under the labor code of work on site costs `onsite_amount` more, multiplied by nothing.
    """

    unit: Literal["HOUR", "DAY"] = "HOUR"
    day_minutes: DayMinutes | None = None
    weekend_factor: WishedAmount | None = None
    overtime_factor: WishedAmount | None = None
    overtime_code_id: Id | None = None
    onsite_amount: WishedAmount | None = None
    onsite_code_id: Id | None = None


class CardWish(CardTerms):
    """`client_id` with the scope CLIENT, `project_id` with PROJECT, `letter` (A to E) with LETTER.

    `currency` counts for the cards of the firm and of letters.
    """

    name: str
    scope: Literal["FIRM", "CLIENT", "PROJECT", "LETTER"]
    client_id: Id | None = None
    project_id: Id | None = None
    letter: Literal["", "A", "B", "C", "D", "E"] = ""
    currency: str = "USD"


class CardChange(CardTerms):
    name: str = ""


class BaseRow(Row):
    """The letter that a project takes as its base rate, of the person or of the labor code; empty: none."""

    source: str
    letter: str


class BaseWish(Wish):
    source: Literal["STAFF", "LABOR_CODE"] = "STAFF"
    letter: Literal["", "A", "B", "C", "D", "E"]


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
    """Adds the card of the firm, of a client, of a project, or of a letter."""
    return add_card(by=request.user, **cleaned(CardForm, wish, given=_hours(wish)))


@routes.read("/rate-cards/{int:card_id}", CardRow)
@guarded(VIEW_RATES, MANAGE_RATES)
def show_rate_card(request: HttpRequest, card_id: int) -> RateCard:
    """One rate card."""
    return _card(request, card_id)


@routes.write("/rate-cards/{int:card_id}", CardRow, method="PATCH")
@guarded(MANAGE_RATES)
def change_rate_card(request: HttpRequest, card_id: int, wish: CardChange) -> RateCard:
    """Changes what is given: name, multipliers, surcharge, and, while the card has no rates, its unit."""
    card = _card(request, card_id)
    return edit_card(card=card, by=request.user, **cleaned(EditCardForm, wish, given=_hours(wish), card=card))


@routes.read("/projects/{int:project_id}/base-rate", BaseRow)
@guarded(VIEW_RATES, MANAGE_RATES)
def show_base_rate(request: HttpRequest, project_id: int) -> dict[str, str]:
    """Which letter the project takes as its base rate."""
    return _base(get_object_or_404(visible_to(request.user), pk=project_id))


@routes.write("/projects/{int:project_id}/base-rate", BaseRow, method="PUT")
@guarded(MANAGE_RATES)
def put_base_rate(request: HttpRequest, project_id: int, wish: BaseWish) -> dict[str, str]:
    """Sets it; an empty letter leaves the base rate of the project's card. Time recorded keeps its rate."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    set_base(project=project, by=request.user, **cleaned(BaseForm, wish))
    return _base(project)


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
    """Adds a rate for the card's unit. Time that is recorded keeps its rate until it is re-rated."""
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


def _base(project: Project) -> dict[str, str]:
    base = ProjectBase.objects.filter(project=project).first()
    return {"source": base.source if base else "", "letter": base.letter if base else ""}


def _hours(wish: CardTerms) -> dict[str, Any]:
    """The form reads hours; a day of whole minutes comes back as it was."""
    given = wish.model_dump(exclude_unset=True)
    if "day_minutes" in given:
        minutes = given.pop("day_minutes")
        given["day_hours"] = None if minutes is None else f"{Decimal(minutes) / 60:f}"
    return given


def _card(request: HttpRequest, card_id: int) -> RateCard:
    return get_object_or_404(cards_visible_to(request.user), pk=card_id)


def _rate(request: HttpRequest, rate_id: int) -> RateRule:
    rules = RateRule.objects.filter(card__in=cards_visible_to(request.user))
    return get_object_or_404(rules, pk=rate_id)
