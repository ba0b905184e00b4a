"""Prices of items for programs."""

from collections.abc import Callable
from decimal import Decimal

from billing.cataloguing import ItemWish, save_item
from tests.api.conftest import Program
from tests.cast import Cast


def test_prices_of_an_item(cast: Cast, api: Callable[..., Program]) -> None:
    program = api(cast.owner)
    item = save_item(wanted=ItemWish("Workshop", "USD", Decimal("450.33")), by=cast.owner)
    path = f"/catalogue-items/{item.pk}/prices"
    made = program.put(path, {"starts_on": "2027-01-01", "price_amount": "500.50"})
    assert (made["starts_on"], made["ends_on"], made["price_amount"]) == ("2027-01-01", None, "500.50")
    program.put(path, {"starts_on": "2026-12-01", "price_amount": "480"})
    ends = {row["starts_on"]: row["ends_on"] for row in program.get(path)["items"]}
    assert ends == {"2026-12-01": "2026-12-31", "2027-01-01": None}
    assert program.delete(f"/item-prices/{made['id']}")["price_amount"] == "450.33"
    assert [row["price_amount"] for row in program.get(path)["items"]] == ["480.00"]
