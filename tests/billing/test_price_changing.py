"""Prices of items from a day on: which one a line gets, and that no two hold on a day."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.cataloguing import ItemWish, add_item_line, save_item
from billing.editing import Terms, edit_invoice
from billing.models import CatalogueItem, ItemPrice
from billing.price_changing import PriceIsWrong, drop_price, set_price
from core.errors import NotAllowed, Refusal
from core.promises import promises
from tests.billing.work import drafted
from tests.cast import TODAY, Cast

D = Decimal
DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)


@pytest.fixture
def workshop(cast: Cast) -> CatalogueItem:
    return save_item(wanted=ItemWish("Workshop", "USD", D("450.33"), unit="day"), by=cast.owner)


def prices(item: CatalogueItem) -> list[tuple[date, date | None, Decimal]]:
    return [(each.starts_on, each.ends_on, each.price_amount) for each in item.prices.all()]


def test_the_price_of_the_day_counts(cast: Cast, workshop: CatalogueItem) -> None:
    draft = drafted(cast, 60)
    later = draft.drafted_at.date() + timedelta(days=2)
    set_price(item=workshop, price_amount=D(480), starts_on=later, by=cast.owner)
    two = {"item": workshop, "quantity": D(2), "by": cast.finance}
    assert add_item_line(invoice=draft, **two).amount == D("900.66")  # type: ignore[arg-type]
    edit_invoice(invoice=draft, wanted=Terms(tax_on=later), by=cast.finance)
    draft.refresh_from_db()
    line = add_item_line(invoice=draft, **two)  # type: ignore[arg-type]
    assert (line.amount, line.description) == (960, "Workshop: 2 × $480.00 / day")


def test_each_price_holds_until_the_next(cast: Cast, workshop: CatalogueItem) -> None:
    later = set_price(item=workshop, price_amount=D(500), starts_on=JANUARY, by=cast.owner)
    set_price(item=workshop, price_amount=D(480), starts_on=DECEMBER, by=cast.owner)
    assert prices(workshop) == [(DECEMBER, date(2026, 12, 31), 480), (JANUARY, None, 500)]
    set_price(item=workshop, price_amount=D(490), starts_on=DECEMBER, by=cast.owner)
    assert [row[2] for row in prices(workshop)] == [490, 500]
    days = (TODAY, DECEMBER, date(2026, 12, 31), JANUARY)
    assert [workshop.price_on(day) for day in days] == [D("450.33"), 490, 490, 500]
    drop_price(price=later, by=cast.owner)
    assert prices(workshop) == [(DECEMBER, None, 490)]
    with pytest.raises(PriceIsWrong):
        set_price(item=workshop, price_amount=D(-1), starts_on=JANUARY, by=cast.owner)
    with pytest.raises(NotAllowed):
        set_price(item=workshop, price_amount=D(1), starts_on=JANUARY, by=cast.member)
    with pytest.raises(Refusal, match="begins on that day meanwhile"), promises(), transaction.atomic():
        ItemPrice.objects.create(item=workshop, price_amount=1, effective=DateRange(JANUARY, None))


def test_the_page(cast: Cast, workshop: CatalogueItem, web: Callable[..., Any]) -> None:
    owner, url = web(cast.owner), f"/billing/items/{workshop.pk}/prices/"
    assert "always" in owner.get(url).text
    assert owner.post(url, {"starts_on": "", "price_amount": "1"}).status_code == 422
    given = {"starts_on": "2099-12-01", "price_amount": "480.00"}
    assert "items-changed" in owner.post(url, given)["HX-Trigger"]
    assert "$480.00 from " in " ".join(owner.get("/billing/items/").text.split())
    assert "Take back" in owner.get(url).text
    drop = f"/billing/items/prices/{workshop.prices.get().pk}/drop/"
    assert owner.post(drop).status_code in (200, 204)
    assert prices(workshop) == []
