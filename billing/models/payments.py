"""Payments and what they pay."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from clients.models import Client
from core.transitions import Transitions
from ledger.models import JournalEntry
from people.models import LegalEntity


class Payment(models.Model):
    """Money from a client. Online ones begin PENDING when the checkout opens; manual ones are SUCCEEDED at once.

    Refunded, returned and disputed come from their own rows later. PROCESSING (a bank debit under way) reserves.
    """

    class State(models.TextChoices):
        PENDING = "PENDING", "Started"
        PROCESSING = "PROCESSING", "Processing"
        SUCCEEDED = "SUCCEEDED", "Received"
        FAILED = "FAILED", "Failed"
        CANCELED = "CANCELED", "Canceled"

    class Method(models.TextChoices):
        CARD = "CARD", _("Card")
        BANK_DEBIT = "BANK_DEBIT", _("Bank debit")
        CHECK = "CHECK", _("Check")
        BANK_TRANSFER = "BANK_TRANSFER", _("Bank transfer")
        # Paid ahead: a draw on the client's retainer. No money comes in.
        RETAINER = "RETAINER", _("Retainer")
        OTHER = "OTHER", _("Other")

    # Monotonic: a late or repeated message never moves a payment back.
    TRANSITIONS: ClassVar = Transitions(
        {
            State.PENDING: {State.PROCESSING, State.SUCCEEDED, State.FAILED, State.CANCELED},
            State.PROCESSING: {State.SUCCEEDED, State.FAILED},
            State.FAILED: {State.PROCESSING, State.SUCCEEDED},
            State.CANCELED: {State.PROCESSING, State.SUCCEEDED},
            State.SUCCEEDED: set(),
        }
    )

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="payments")
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="payments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    method = models.CharField(max_length=15, choices=Method.choices, default=Method.CARD)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    received_on = models.DateField(null=True, blank=True)
    # Units of the entity's currency for one of this, frozen on that day; empty in its own, or where none was known.
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True, help_text="Check number, or what the bank shows.")
    note = models.CharField(max_length=300, blank=True)
    # Online: the provider and its ids; `attempt` is ours and is the idempotency key.
    provider = models.CharField(max_length=20, blank=True)
    attempt = models.UUIDField(null=True, blank=True, unique=True)
    # What the provider was asked for beside the amount. A repeated call must repeat it word for word.
    checkout_request = models.JSONField(default=dict, blank=True)
    checkout_id = models.CharField(max_length=120, blank=True)
    checkout_url = models.TextField(blank=True)
    checkout_expires_at = models.DateTimeField(null=True, blank=True)
    provider_payment_id = models.CharField(max_length=120, blank=True)
    failure_message = models.CharField(max_length=300, blank=True)
    # The invoice that the client set out to pay; what was really paid stands in the applications.
    intended_invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="attempts"
    )
    recorded_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="billing_payment_changed")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="billing_payment_positive"),
            models.CheckConstraint(
                condition=models.Q(exchange_rate=None) | models.Q(exchange_rate__gt=0),
                name="billing_payment_rate_positive",
            ),
            models.UniqueConstraint(
                fields=["provider", "checkout_id"],
                condition=~models.Q(checkout_id=""),
                name="billing_checkout_once",
            ),
            models.UniqueConstraint(
                fields=["intended_invoice"],
                condition=models.Q(state="PENDING"),
                name="billing_one_open_checkout",
                violation_error_message="A payment of this invoice is already open.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="SUCCEEDED") | models.Q(received_on__isnull=False),
                name="billing_received_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.state}"


class PaymentApplicationQuerySet(models.QuerySet["PaymentApplication"]):
    def standing(self) -> "PaymentApplicationQuerySet":
        """Those that were not taken off again."""
        return self.filter(undone_on=None)


class PaymentApplication(models.Model):
    """The part of a payment that pays an invoice. What is left over is the client's credit.

    A trigger holds: applied ≤ payment, and live applications of an invoice ≤ its total.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="applications")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="applications")
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    # Empty: on the day when the payment was received, and in its journal entry.
    applied_on = models.DateField(null=True, blank=True)
    entry = models.OneToOneField(
        JournalEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Taken off the invoice again; it is the client's credit from that day on.
    undone_on = models.DateField(null=True, blank=True)
    undo_entry = models.OneToOneField(
        JournalEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar = PaymentApplicationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payment", "invoice"],
                condition=models.Q(undone_on=None),
                name="billing_applied_once",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="billing_applied_positive"),
            models.CheckConstraint(
                condition=models.Q(undone_on=None, undo_entry=None)
                | models.Q(undone_on__isnull=False, undo_entry__isnull=False),
                name="billing_applied_then_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.invoice_id}"


class PaymentJournal(models.Model):
    """Which journal entries a payment made."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="journal")
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)  # received

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payment", "reason"], name="billing_payment_posted_once")
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.reason}"
