"""Prices of items from a day on: each holds until the next begins; before the first the item's own holds."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.access import MANAGE_BILLING
from billing.models import CatalogueItem, ItemPrice
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import User


class PriceIsWrong(Refusal):
    sentence = "A price is zero or more."


def set_price(*, item: CatalogueItem, price_amount: Decimal, starts_on: date, by: User | None) -> ItemPrice:
    """The price of one from this day on, until the next price begins; of a price that begins on this day it is
    corrected. Lines that are there keep theirs. Raises PriceIsWrong, NotAllowed."""
    if price_amount < 0:
        raise PriceIsWrong(field="price_amount")
    with promises(), transaction.atomic():
        require(by, MANAGE_BILLING)
        item = CatalogueItem.objects.select_for_update().get(pk=item.pk)
        audit.acting("item.set_price", by=by, subject=item, price=price_amount, starts_on=starts_on)
        known = ItemPrice.objects.filter(item=item)
        present = known.filter(effective__contains=starts_on).first()
        if present is not None and present.starts_on == starts_on:
            present.price_amount = price_amount
            present.save(update_fields=["price_amount"])
            return present
        later = known.filter(effective__startswith__gt=starts_on).order_by("effective").first()
        if present is not None:
            present.effective = DateRange(present.starts_on, starts_on)
            present.save(update_fields=["effective"])
        until = later.starts_on if later else None
        return ItemPrice.objects.create(
            item=item, price_amount=price_amount, effective=DateRange(starts_on, until)
        )


def drop_price(*, price: ItemPrice, by: User | None) -> CatalogueItem:
    """Takes a price back: the one before it holds on, or the item's own. Raises NotAllowed."""
    with promises(), transaction.atomic():
        require(by, MANAGE_BILLING)
        item = CatalogueItem.objects.select_for_update().get(pk=price.item_id)
        audit.acting("item.drop_price", by=by, subject=item, price=price.price_amount)
        price = ItemPrice.objects.get(pk=price.pk)
        price.delete()
        before = ItemPrice.objects.filter(item=item, effective__endswith=price.starts_on).first()
        if before is not None:
            before.effective = DateRange(before.starts_on, price.effective.upper)
            before.save(update_fields=["effective"])
    return item
