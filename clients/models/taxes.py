"""Tax codes: what taxes a line of an invoice carries, and at which rates from which day on."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class TaxCode(models.Model):
    """One choice of taxes for a line: none, one, or several components such as state and county."""

    name = models.CharField(max_length=60, unique=True)
    # Prices contain the tax; else it comes on top of them.
    is_inclusive = models.BooleanField(default=False, db_default=False)
    # Printed on documents that carry the code, such as that the client owes the tax (reverse charge).
    note = models.CharField(max_length=300, blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TaxComponent(models.Model):
    """One tax of a code, as invoices print it. One that is not used any more stays for what was issued with it."""

    code = models.ForeignKey(TaxCode, on_delete=models.CASCADE, related_name="components")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=1)
    # Taken of the net amount and the components before it; else of the net amount alone.
    is_compound = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["code", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "name"], name="clients_tax_component_once")
        ]

    def __str__(self) -> str:
        return self.name


class TaxRate(models.Model):
    """What a component comes to in percent, from a day on until its next rate; without a day from the beginning."""

    component = models.ForeignKey(TaxComponent, on_delete=models.CASCADE, related_name="rates")
    rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    first_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["component", F("first_on").asc(nulls_first=True)]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["component", "first_on"], name="clients_tax_rate_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(rate_percent__gte=0, rate_percent__lte=100), name="clients_tax_rate_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate_percent} % from {self.first_on}"
