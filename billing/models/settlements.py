"""What settles an invoice besides a payment, and what becomes of a client's credit.

Everything is dated, so that any day can be asked. Nothing of this is ever deleted: taking it back gives the row a
second date and the books the opposite entry.
"""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from billing.models.credits import CreditMemo
from billing.models.invoices import Invoice
from billing.models.payments import Payment
from clients.models import Client
from ledger.models import JournalEntry
from people.models import LegalEntity


class Posted(models.Model):
    """A fact in the books from one day on, perhaps to another."""

    amount = models.DecimalField(max_digits=16, decimal_places=4)
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    undone_on = models.DateField(null=True, blank=True)
    undo_entry = models.OneToOneField(
        JournalEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True


class CreditApplication(Posted):
    """The part of a credit memo that pays an invoice, until it is taken off again."""

    credit = models.ForeignKey(CreditMemo, on_delete=models.PROTECT, related_name="applications")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_applications")
    applied_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="billing_credit_applied_positive"),
            models.CheckConstraint(
                condition=models.Q(undone_on=None, undo_entry=None)
                | models.Q(undone_on__gte=models.F("applied_on"), undo_entry__isnull=False),
                name="billing_credit_applied_then_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.invoice_id}"


class WriteOff(Posted):
    """What of an invoice will never be paid: bad debt, or the discount for paying early. Each has its own account."""

    class Kind(models.TextChoices):
        BAD_DEBT = "BAD_DEBT", "Bad debt"
        DISCOUNT = "DISCOUNT", "Early-payment discount"

    kind = models.CharField(
        max_length=10, choices=Kind.choices, default=Kind.BAD_DEBT, db_default=Kind.BAD_DEBT
    )
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="write_offs")
    written_off_on = models.DateField()
    reason = models.CharField(max_length=300)
    undo_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="billing_write_off_positive"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="billing_write_off_has_reason"),
            models.CheckConstraint(
                condition=models.Q(undone_on=None, undo_entry=None)
                | models.Q(undone_on__gte=models.F("written_off_on"), undo_entry__isnull=False),
                name="billing_write_off_then_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.invoice_id}"


class Refund(Posted):
    """Money that went back to a client: of a credit memo, or of what a payment left over."""

    class Method(models.TextChoices):
        CHECK = "CHECK", "Check"
        BANK_TRANSFER = "BANK_TRANSFER", "Bank transfer"
        OTHER = "OTHER", "Other"

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="refunds")
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="refunds")
    credit = models.ForeignKey(
        CreditMemo, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=15, choices=Method.choices, default=Method.CHECK)
    refunded_on = models.DateField()
    # Units of the entity's currency for one of this, frozen on that day; empty in its own, or where none was known.
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-refunded_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="billing_refund_positive"),
            models.CheckConstraint(
                condition=models.Q(exchange_rate=None) | models.Q(exchange_rate__gt=0),
                name="billing_refund_rate_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(credit__isnull=False, payment=None)
                | models.Q(credit=None, payment__isnull=False),
                name="billing_refund_has_one_source",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_on=None, undo_entry=None)
                | models.Q(undone_on__gte=models.F("refunded_on"), undo_entry__isnull=False),
                name="billing_refund_then_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} to {self.client_id}"
