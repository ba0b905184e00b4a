"""Retainers: money that a client has paid ahead, what came in and what was taken."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from billing.models.invoices import Invoice
from billing.models.payments import Payment
from clients.models import Client
from ledger.models import JournalEntry
from people.models import LegalEntity
from projects.models import Project


class Retainer(models.Model):
    """A client's money on deposit, for one project or for all of them. Its balance is the sum of its movements.

    The row is what whoever draws, refunds or returns locks first.
    """

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="retainers")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="retainers")
    # Empty: for every project of the client.
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="retainers"
    )
    currency = models.CharField(max_length=3)
    # Below the minimum, as much is asked for as is missing from the target; zero asks for nothing.
    minimum_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    target_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # A deposit is not drawn any more so many months after it was received; empty: it stays.
    expires_after_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # Whether an invoice that is issued draws by itself.
    draws_by_itself = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    class Meta:
        ordering: ClassVar = ["client__name", "project__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entity", "client", "project", "currency"],
                name="billing_retainer_once",
                nulls_distinct=False,
                violation_error_message="There is a retainer for this client and project already.",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_amount__gte=0, target_amount__gte=models.F("minimum_amount")),
                name="billing_retainer_target_covers_minimum",
                violation_error_message="The target is at least the minimum.",
            ),
        ]

    def __str__(self) -> str:
        return f"Retainer of {self.client}" + (f", {self.project}" if self.project else "")

    @property
    def scope_name(self) -> str:
        """What it is for, in words."""
        return self.project.name if self.project else "All projects"


class RetainerMovement(models.Model):
    """Money in or out of one deposit. Never changed; a trigger holds that no deposit falls below zero on any day."""

    class Kind(models.TextChoices):
        DEPOSIT = "DEPOSIT", "Deposit"
        DRAW = "DRAW", "Draw"
        RETURN = "RETURN", "Draw returned"
        REFUND = "REFUND", "Refund"

    retainer = models.ForeignKey(Retainer, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    happened_on = models.DateField()
    # Above zero in, below zero out.
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    # The deposit that it takes from or gives back to; empty for a deposit itself.
    deposit = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="movements"
    )
    expires_on = models.DateField(null=True, blank=True)
    # The deposit request that was paid; the invoice that was drawn for.
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="retainer_movements"
    )
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="retainer_movements"
    )
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["happened_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["DEPOSIT", "RETURN"], amount__gt=0)
                | models.Q(kind__in=["DRAW", "REFUND"], amount__lt=0),
                name="billing_movement_has_sign",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="DEPOSIT", deposit=None)
                | (~models.Q(kind="DEPOSIT") & models.Q(deposit__isnull=False)),
                name="billing_movement_has_deposit",
            ),
            models.UniqueConstraint(
                fields=["payment", "invoice"],
                condition=models.Q(kind="DEPOSIT"),
                name="billing_deposit_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class DepositRequest(models.Model):
    """Which retainer a deposit request (an invoice of kind DEPOSIT) fills when it is paid."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="deposit_request")
    retainer = models.ForeignKey(Retainer, on_delete=models.PROTECT, related_name="requests")
    # Asked for by itself, because the balance fell below the minimum.
    is_top_up = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.invoice} for {self.retainer}"
