"""The catalogue for programs, and items on drafts."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from billing.access import DRAFT_INVOICES, MANAGE_BILLING, VIEW_BILLING
from billing.api.invoices import find, routes
from billing.api.schemas import InvoiceAnswer, Seen, invoice_answer
from billing.cataloguing import ItemWish, add_item_line, save_item, set_item_active
from billing.item_forms import ItemForm, ItemPriceForm
from billing.models import CatalogueItem, ItemPrice
from billing.price_changing import drop_price, set_price
from core import clock
from core.api import Amount, Day, Id, Listing, Part, Row, Wish, WishedAmount, cleaned, page
from people.guards import guarded


class ItemRow(Row):
    """Something with a price. `income_account_id` null is the usual account; `tax_code_id` null: as the client."""

    id: int
    name: str
    description: str = Field(description="What the document says; empty: the name.")
    unit: str
    currency: str
    price_amount: Amount = Field(description="Until the first of its dated prices begins.")
    income_account_id: int | None
    tax_code_id: int | None
    is_active: bool


class ItemPriceRow(Row):
    """What one costs from a day on; `ends_on` null is until further notice."""

    id: int
    item_id: int
    starts_on: Day
    ends_on: Day | None
    price_amount: Amount


class ItemPricePut(Wish):
    price_amount: WishedAmount
    starts_on: Day


class ItemFields(Wish):
    description: str = ""
    unit: str = ""
    income_account_id: Id | None = None
    tax_code_id: Id | None = None


class NewItem(ItemFields):
    name: str
    currency: str
    price_amount: WishedAmount


class ItemChange(ItemFields):
    name: str = ""
    currency: str = ""
    price_amount: WishedAmount | None = None


class ItemLineWish(Wish):
    """So many of an item at its price; `description` and `amount` in place of the item's."""

    item_id: Id
    quantity: WishedAmount = Decimal(1)
    description: str = Field("", max_length=300)
    amount: WishedAmount | None = None
    is_shared: bool = Field(False, description="Among all payers of the project, each on its draft.")
    version: Seen = None


@routes.read("/catalogue-items", Listing[ItemRow])
@guarded(VIEW_BILLING)
def list_items(request: HttpRequest, part: Query[Part], is_active: bool | None = None) -> dict[str, Any]:
    """The items of the catalogue."""
    found = CatalogueItem.objects.all()
    return page(found if is_active is None else found.filter(is_active=is_active), part)


@routes.write("/catalogue-items", ItemRow, status=201)
@guarded(MANAGE_BILLING)
def create_item(request: HttpRequest, wish: NewItem) -> CatalogueItem:
    """Adds an item."""
    return save_item(wanted=ItemWish(**cleaned(ItemForm, wish)), by=request.user)


@routes.write("/catalogue-items/{int:item_id}", ItemRow, method="PATCH")
@guarded(MANAGE_BILLING)
def change_item(request: HttpRequest, item_id: int, wish: ItemChange) -> CatalogueItem:
    """Changes what is given; lines that have it keep their words and prices."""
    item = _item(item_id)
    return save_item(item=item, wanted=ItemWish(**cleaned(ItemForm, wish, item=item)), by=request.user)


@routes.write("/catalogue-items/{int:item_id}/deactivate", ItemRow)
@guarded(MANAGE_BILLING)
def archive_item(request: HttpRequest, item_id: int) -> CatalogueItem:
    """Takes it out of pick-lists."""
    return set_item_active(item=_item(item_id), is_active=False, by=request.user)


@routes.write("/catalogue-items/{int:item_id}/reactivate", ItemRow)
@guarded(MANAGE_BILLING)
def restore_item(request: HttpRequest, item_id: int) -> CatalogueItem:
    """The way back."""
    return set_item_active(item=_item(item_id), is_active=True, by=request.user)


@routes.read("/catalogue-items/{int:item_id}/prices", Listing[ItemPriceRow])
@guarded(VIEW_BILLING)
def list_item_prices(request: HttpRequest, item_id: int, part: Query[Part]) -> dict[str, Any]:
    """The prices of an item from days on."""
    return page(ItemPrice.objects.filter(item=_item(item_id)), part)


@routes.write("/catalogue-items/{int:item_id}/prices", ItemPriceRow, method="PUT")
@guarded(MANAGE_BILLING)
def put_item_price(request: HttpRequest, item_id: int, wish: ItemPricePut) -> ItemPrice:
    """Sets the price of one from a day on, until the next price begins."""
    return set_price(item=_item(item_id), by=request.user, **cleaned(ItemPriceForm, wish))


@routes.write("/item-prices/{int:price_id}", ItemRow, method="DELETE")
@guarded(MANAGE_BILLING)
def delete_item_price(request: HttpRequest, price_id: int) -> CatalogueItem:
    """Takes a price back: the one before it holds on."""
    return drop_price(price=get_object_or_404(ItemPrice, pk=price_id), by=request.user)


@routes.write("/invoices/{int:invoice_id}/items", InvoiceAnswer, status=201)
@guarded(DRAFT_INVOICES)
def create_item_line(request: HttpRequest, invoice_id: int, wish: ItemLineWish) -> InvoiceAnswer:
    """Puts so many of an item on a draft."""
    fields = wish.model_dump(exclude={"item_id"})
    add_item_line(invoice=find(invoice_id), item=_item(wish.item_id), by=request.user, **fields)
    return invoice_answer(invoice_id, clock.today(request.user))


def _item(pk: int) -> CatalogueItem:
    return get_object_or_404(CatalogueItem, pk=pk)
