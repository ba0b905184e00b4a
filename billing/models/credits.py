"""Credit memos: what is taken back of an invoice, or given to a client, and what becomes of it."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from billing.models.billed import BilledTime
from billing.models.invoices import Invoice, InvoiceLine
from clients.models import Client, TaxCode, TaxComponent
from core.models import StoredFile
from core.transitions import Transitions
from ledger.models import JournalEntry
from people.models import LegalEntity
from projects.models import Project


class CreditMemo(models.Model):
    """A document that owes a client money: against the lines of one invoice, or free. A draft reserves what it credits.

    What is applied, refunded and left of it is derived, never stored.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        ISSUED = "ISSUED", "Issued"
        VOID = "VOID", "Void"

    TRANSITIONS: ClassVar = Transitions({State.DRAFT: {State.ISSUED}, State.ISSUED: {State.VOID}})

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="credit_memos")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="credit_memos")
    # The invoice that it corrects; empty for a free credit.
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_memos"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    currency = models.CharField(max_length=3)
    title = models.CharField(max_length=160)
    # Why, for us; `message` is what the client reads.
    reason = models.CharField(max_length=300)
    message = models.TextField(blank=True)
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    subtotal_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # The share of the invoice's discounts, and of the taxes that its prices contain.
    discount_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0, db_default=Decimal(0))
    tax_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    included_tax_amount = models.DecimalField(
        max_digits=16, decimal_places=4, default=0, db_default=Decimal(0)
    )
    total_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # Units of the entity's currency for one of this, frozen on that day; empty in its own, or where none was known.
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.CharField(max_length=400, blank=True)
    voided_on = models.DateField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)
    entry = models.OneToOneField(
        JournalEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    void_entry = models.OneToOneField(
        JournalEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    class Meta:
        ordering: ClassVar = ["-issued_on", "-id"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="billing_credit_changed")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entity", "number"], condition=~models.Q(number=""), name="billing_credit_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="DRAFT", number="", issued_on=None)
                | (models.Q(state__in=["ISSUED", "VOID"], issued_on__isnull=False) & ~models.Q(number="")),
                name="billing_credit_issued_has_number",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    total_amount=models.F("subtotal_amount")
                    - models.F("discount_amount")
                    + models.F("tax_amount")
                    - models.F("included_tax_amount")
                ),
                name="billing_credit_total_is_sum",
            ),
            models.CheckConstraint(
                condition=models.Q(exchange_rate=None) | models.Q(exchange_rate__gt=0),
                name="billing_credit_rate_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"Draft credit memo {self.id}"


class CreditLine(models.Model):
    """A line of a credit memo; amounts are above zero where they are in the client's favor.

    Over the credit memos that are not void, what is credited of an invoice's line never exceeds it: a trigger holds it.
    """

    credit = models.ForeignKey(CreditMemo, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(
        InvoiceLine, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_lines"
    )
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=300)
    minutes = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    is_taxable = models.BooleanField(default=True)
    tax_code = models.ForeignKey(TaxCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    discount_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0, db_default=Decimal(0))
    included_tax_amount = models.DecimalField(
        max_digits=16, decimal_places=4, default=0, db_default=Decimal(0)
    )
    # What it credits may be billed again: its hours return to work in progress, its fee is not billed any more.
    returns_work = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credit", "line"], name="billing_credit_line_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="billing_credit_line_not_zero"),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def net_amount(self) -> Decimal:
        """What is not earned any more: without the discounts and the tax that its price contains."""
        return self.amount - self.discount_amount - self.included_tax_amount


class CreditTax(models.Model):
    """The share of one tax that goes back: at the rate of the invoice, never more than it carried."""

    credit = models.ForeignKey(CreditMemo, on_delete=models.CASCADE, related_name="taxes")
    tax_code = models.ForeignKey(TaxCode, on_delete=models.PROTECT, related_name="+")
    component = models.ForeignKey(TaxComponent, on_delete=models.PROTECT, related_name="+")
    is_included = models.BooleanField(default=False, db_default=False)
    name = models.CharField(max_length=60)
    rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    base_amount = models.DecimalField(max_digits=16, decimal_places=4)
    amount = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credit", "component"], name="billing_credit_tax_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.amount}"


class CreditedTime(models.Model):
    """Billed minutes that a credit memo gives back to work in progress, when it is issued, on their original day."""

    credit_line = models.ForeignKey(CreditLine, on_delete=models.CASCADE, related_name="credited_time")
    billed = models.ForeignKey(BilledTime, on_delete=models.PROTECT, related_name="credited")
    minutes = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "credited time"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credit_line", "billed"], name="billing_credited_time_once"),
            models.CheckConstraint(
                condition=models.Q(minutes__gt=0), name="billing_credited_minutes_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min of {self.billed_id}"


class CreditDocument(models.Model):
    """What an issued credit memo says, frozen as it was issued."""

    credit = models.OneToOneField(CreditMemo, on_delete=models.PROTECT, related_name="document")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    # The rendered PDF; empty until it is made. It can be made again from the content.
    pdf = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.content.get("number", ""))
