"""Payment terms: when an invoice is due, and what paying early saves."""

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.periods import month_of


class PaymentTerms(models.Model):
    """When an invoice is due, and the discount for paying it within some days of its date."""

    class Basis(models.TextChoices):
        DATE = "DATE", "Days after the invoice date"
        MONTH_END = "MONTH_END", "Days after the end of its month"
        RECEIPT = "RECEIPT", "Due on receipt"

    name = models.CharField(max_length=60, unique=True)
    basis = models.CharField(max_length=10, choices=Basis.choices, default=Basis.DATE, db_default=Basis.DATE)
    net_days = models.PositiveSmallIntegerField(default=30)
    # Off the total when all of it is paid within `discount_days`; zero is none.
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, default=0, db_default=Decimal(0))
    discount_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["basis", "net_days"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="clients_one_default_terms"
            ),
            models.CheckConstraint(
                condition=Q(discount_percent=0, discount_days=0)
                | Q(discount_percent__gt=0, discount_percent__lte=50),
                name="clients_early_discount_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(basis="RECEIPT") | Q(net_days=0, discount_percent=0),
                name="clients_receipt_has_no_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def due_on(self, issued_on: date) -> date:
        """The last day to pay. Net 30 of 15 January is 14 February; 15 days after the month's end is 15 February."""
        begin = month_of(issued_on).last if self.basis == self.Basis.MONTH_END else issued_on
        return begin + timedelta(days=self.net_days)

    def discount_until_on(self, issued_on: date) -> date | None:
        """The last day on which paying takes the discount; None where there is none."""
        return issued_on + timedelta(days=self.discount_days) if self.discount_percent else None
