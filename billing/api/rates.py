"""Re-rating open time after rates changed: what it would do, and doing it."""

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from billing.rerating import Effect, Expected, Reach, Scope, Which, card_scope, effect, rate_scope, rerate
from core.api import Amount, Routes, Row, Wish, WishedAmount
from people.guards import guarded
from projects.access import MANAGE_RATES, cards_visible_to
from projects.models import RateCard, RateRule

routes = Routes("projects")


class EffectRow(Row):
    """Entries that get another rate, their billable minutes, and what those come to before and after."""

    currency: str
    entries: int
    minutes: int
    before_amount: Amount
    after_amount: Amount
    difference: Amount
    unrated_entries: int
    losing_entries: int
    drafts: int


class ReachWish(Wish):
    """ALL open time, or FROM the day of work `starts_on`.

    Billed time, locked days and rates set on a line never change; approved time and time on drafts only when asked for.
    """

    which: Literal["FROM", "ALL"]
    starts_on: date | None = None
    has_approved: bool = False
    has_drafted: bool = False

    def reach(self) -> Reach:
        return Reach(
            Which(self.which), self.starts_on, has_approved=self.has_approved, has_drafted=self.has_drafted
        )


class RerateWish(ReachWish):
    """With what the preview said in `entries` and `difference` it refuses to do anything else (409)."""

    entries: int | None = None
    difference: WishedAmount | None = None


@routes.write("/rate-cards/{int:card_id}/rerating/preview", EffectRow)
@guarded(MANAGE_RATES)
def preview_rerating_of_card(request: HttpRequest, card_id: int, wish: ReachWish) -> Effect:
    """What re-rating all open time that the card may decide on would do. Changes nothing."""
    return effect(scope=card_scope(_card(request, card_id)), reach=wish.reach(), by=request.user)


@routes.write("/rate-cards/{int:card_id}/rerating", EffectRow)
@guarded(MANAGE_RATES)
def rerate_card(request: HttpRequest, card_id: int, wish: RerateWish) -> Effect:
    """Resolves the open time that the card may decide on anew."""
    card = _card(request, card_id)
    return _rerate(request, card_scope(card), card, wish)


@routes.write("/rates/{int:rate_id}/rerating/preview", EffectRow)
@guarded(MANAGE_RATES)
def preview_rerating_of_rate(request: HttpRequest, rate_id: int, wish: ReachWish) -> Effect:
    """What re-rating the open time that one rate is about would do. Changes nothing."""
    return effect(scope=rate_scope([_rate(request, rate_id)]), reach=wish.reach(), by=request.user)


@routes.write("/rates/{int:rate_id}/rerating", EffectRow)
@guarded(MANAGE_RATES)
def rerate_rate(request: HttpRequest, rate_id: int, wish: RerateWish) -> Effect:
    """Resolves the open time that one rate is about anew, such as after it was added or changed."""
    rule = _rate(request, rate_id)
    return _rerate(request, rate_scope([rule]), rule, wish)


def _rerate(request: HttpRequest, scope: Scope, subject: RateCard | RateRule, wish: RerateWish) -> Effect:
    seen = None
    if wish.entries is not None and wish.difference is not None:
        seen = Expected(wish.entries, wish.difference)
    return rerate(scope=scope, reach=wish.reach(), by=request.user, subject=subject, expects=seen)


def _card(request: HttpRequest, card_id: int) -> RateCard:
    return get_object_or_404(cards_visible_to(request.user), pk=card_id)


def _rate(request: HttpRequest, rate_id: int) -> RateRule:
    rules = RateRule.objects.select_related("card").filter(card__in=cards_visible_to(request.user))
    return get_object_or_404(rules, pk=rate_id)
