"""Payment terms and tax codes."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models


class PaymentTerms(models.Model):
    """When an invoice is due: so many days after its date."""

    name = models.CharField(max_length=60, unique=True)
    net_days = models.PositiveSmallIntegerField(default=30)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["net_days"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="clients_one_default_terms"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def due_on(self, issued_on: date) -> date:
        return issued_on + timedelta(days=self.net_days)


class TaxCode(models.Model):
    """A tax that a client's invoices carry, in percent of the net amount. Rounded once for each rate."""

    name = models.CharField(max_length=60, unique=True)
    rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(rate_percent__gte=0, rate_percent__lte=100),
                name="clients_tax_rate_in_range",
            )
        ]

    def __str__(self) -> str:
        return self.name
