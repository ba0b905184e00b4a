"""Realised exchange differences: what a settlement in another currency brought or cost in the legal entity's own."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from billing.models.payments import PaymentApplication
from billing.models.retainers import RetainerMovement
from billing.models.settlements import CreditApplication, Refund
from ledger.models import JournalEntry

SOURCES = ("application", "credit_application", "refund", "movement")


def _one_source() -> models.Q:
    """Exactly one of the sources is there."""
    found = models.Q()
    for name in SOURCES:
        found |= models.Q(**{f"{each}__isnull": each != name for each in SOURCES})
    return found


class ExchangeDifference(models.Model):
    """One settlement at another rate than what it settles stood at. A gain is above zero, a loss below.

    Never changed; what is taken back gets a second day and the opposite entry.
    """

    # What settled: a payment or a credit memo on an invoice, a refund, a deposit that was paid back.
    application = models.OneToOneField(
        PaymentApplication,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exchange_difference",
    )
    credit_application = models.OneToOneField(
        CreditApplication, null=True, blank=True, on_delete=models.PROTECT, related_name="exchange_difference"
    )
    refund = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="exchange_difference"
    )
    movement = models.OneToOneField(
        RetainerMovement, null=True, blank=True, on_delete=models.PROTECT, related_name="exchange_difference"
    )
    happened_on = models.DateField()
    # What was settled, in the document's currency.
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    # Units of the entity's currency for one of the document's: as it stood in the books, and as it was settled.
    booked_rate = models.DecimalField(max_digits=20, decimal_places=10)
    settled_rate = models.DecimalField(max_digits=20, decimal_places=10)
    base_currency = models.CharField(max_length=3)
    difference_amount = models.DecimalField(max_digits=16, decimal_places=4)
    # Empty where the difference is nothing.
    entry = models.OneToOneField(
        JournalEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_on = models.DateField(null=True, blank=True)
    undo_entry = models.OneToOneField(
        JournalEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-happened_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_one_source(), name="billing_difference_has_one_source"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, booked_rate__gt=0, settled_rate__gt=0),
                name="billing_difference_rates_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(difference_amount=0, entry=None)
                | (~models.Q(difference_amount=0) & models.Q(entry__isnull=False)),
                name="billing_difference_is_posted",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_on=None, undo_entry=None)
                | models.Q(undone_on__gte=models.F("happened_on"), entry=None, undo_entry=None)
                | models.Q(
                    undone_on__gte=models.F("happened_on"), entry__isnull=False, undo_entry__isnull=False
                ),
                name="billing_difference_then_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.difference_amount} {self.base_currency}"

    @property
    def is_gain(self) -> bool:
        return self.difference_amount > 0
