"""Discounts of a draft: off one line, or off the whole invoice, before tax."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from billing.models.invoices import Invoice, InvoiceLine


class Discount(models.Model):
    """A percentage or an amount off a line, or off all lines when it names none. One for each at most.

    `taken_amount` is what it came to when the invoice was added up; the lines hold their shares of it.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="discounts")
    line = models.OneToOneField(
        InvoiceLine, null=True, blank=True, on_delete=models.CASCADE, related_name="discount"
    )
    percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    reason = models.CharField(max_length=120)
    taken_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)

    class Meta:
        ordering: ClassVar = ["invoice", "line__position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(line=None), name="billing_one_invoice_discount"
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100, amount=None) | Q(percent=None, amount__gt=0),
                name="billing_discount_is_one_of_two",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="billing_discount_has_reason"),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def percent_words(self) -> str:
        """12.5 of 12.500; empty for an amount."""
        return "" if self.percent is None else f"{self.percent.normalize():f}"
