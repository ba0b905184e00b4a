"""The catalogue: what a firm sells beside its time, at a price."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Lower

from clients.models import TaxCode
from core.effective import Effective
from ledger.models import Account


class CatalogueItem(models.Model):
    """Something with a price that lines of a draft are made of by hand: a licence, a workshop day, a test.

    Its own price holds until the first of its dated prices begins. A line keeps the price that it was added with; a new
    price counts for lines that come after it.
    """

    name = models.CharField(max_length=80)
    # What the document says; empty: the name.
    description = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3)
    price_amount = models.DecimalField(max_digits=12, decimal_places=4)
    # Where its income goes; empty is the usual account of services.
    income_account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What taxes it; empty: as its client is taxed.
    tax_code = models.ForeignKey(TaxCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="billing_item_name_once"),
            models.CheckConstraint(
                condition=models.Q(price_amount__gte=0), name="billing_item_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> str:
        """What a line of it says first."""
        return self.description or self.name

    def price_on(self, day: date) -> Decimal:
        """The price of one on a day. One statement where its prices are not loaded."""
        return next(
            (each.price_amount for each in self.prices.all() if day in each.effective), self.price_amount
        )


class ItemPrice(Effective, models.Model):
    """What one of an item costs from a day on, in the item's currency, until the next price begins."""

    item = models.ForeignKey(CatalogueItem, on_delete=models.CASCADE, related_name="prices")
    effective = DateRangeField()
    price_amount = models.DecimalField(max_digits=12, decimal_places=4)

    class Meta:
        ordering: ClassVar = ["item", "effective"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="billing_item_prices_do_not_overlap",
                expressions=[
                    (models.F("item"), RangeOperators.EQUAL),
                    (models.F("effective"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(effective__startswith__isnull=False, effective__isempty=False),
                name="billing_item_price_has_start",
            ),
            models.CheckConstraint(
                condition=models.Q(price_amount__gte=0), name="billing_dated_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price_amount} from {self.starts_on}"
