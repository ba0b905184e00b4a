"""The link between a bill and the work on it."""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from billing.models.holds import WorkWriteOff
from billing.models.invoices import InvoiceLine
from billing.pricing.periods import Part
from projects.models import ContractLine, Milestone
from timesheets.models import TimeEntry


class BilledTime(models.Model):
    """Minutes of an entry consumed by an invoice line, and what they came to.

    Over the live rows of an entry, minutes less released ones never exceed its billable minutes: a trigger refuses it.
    Voiding ends `is_live`, crediting may release a part; deleting a draft deletes. A cut of an entry below what a draft
    has of it releases the draft's row too: the draft is stale then, and cannot be issued.
    """

    # A trigger decides what happens when an entry is deleted: refused once issued, taken off a draft.
    entry = models.ForeignKey(TimeEntry, on_delete=models.DO_NOTHING, related_name="billed")
    # Empty where the work was written off without an invoice.
    line = models.ForeignKey(
        InvoiceLine, null=True, blank=True, on_delete=models.CASCADE, related_name="billed_time"
    )
    write_off = models.ForeignKey(
        WorkWriteOff, null=True, blank=True, on_delete=models.CASCADE, related_name="billed_time"
    )
    minutes = models.PositiveIntegerField()
    # Its part of the printed quantity where minutes are rounded; empty where it is `minutes`.
    printed_minutes = models.PositiveIntegerField(null=True, blank=True)
    # As of drafting: what was billed at which rate, even if the entry is re-rated later. Empty where a fee covers
    # work that has none.
    rate_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    rate_source = models.CharField(max_length=240, blank=True)
    # What the work comes to. With the adjustments of its entries a line is exactly what is asked for it: a trigger
    # refuses to issue anything else.
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    adjustment_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0, db_default=0)
    # What is printed where hours or the rate were written up or down.
    adjusted_minutes = models.PositiveIntegerField(null=True, blank=True)
    adjusted_rate_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    adjustment_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    is_live = models.BooleanField(default=True)
    # What issued credit memos gave back to work in progress; all of it given back ends `is_live`.
    released_minutes = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name_plural = "billed time"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "line"], name="billing_entry_once_on_line"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="billing_billed_minutes_positive"),
            models.CheckConstraint(
                condition=models.Q(is_live=False, released_minutes__lte=models.F("minutes"))
                | models.Q(released_minutes__lt=models.F("minutes")),
                name="billing_released_within_billed",
            ),
            models.CheckConstraint(
                condition=models.Q(line=None, write_off__isnull=False)
                | models.Q(line__isnull=False, write_off=None),
                name="billing_billed_or_written_off",
            ),
            models.CheckConstraint(
                condition=models.Q(adjustment_amount=0) | ~models.Q(adjustment_reason=""),
                name="billing_entry_adjustment_has_reason",
                violation_error_message="Say why the amount differs from the work.",
            ),
            models.CheckConstraint(
                condition=models.Q(adjustment_amount__gte=-models.F("amount")) | models.Q(amount__lt=0),
                name="billing_entry_not_below_zero",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["entry"], condition=models.Q(is_live=True), name="billing_live_by_entry")
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min of {self.entry_id}"

    @property
    def quantity(self) -> int:
        """What is printed of it before anybody wrote it up or down."""
        return self.minutes if self.printed_minutes is None else self.printed_minutes

    @property
    def asked_minutes(self) -> int:
        """What is printed of it."""
        return self.quantity if self.adjusted_minutes is None else self.adjusted_minutes

    @property
    def asked_rate(self) -> Decimal | None:
        """The rate that is asked for it."""
        return self.rate_amount if self.adjusted_rate_amount is None else self.adjusted_rate_amount

    @property
    def asked_amount(self) -> Decimal:
        """What the client is asked for it."""
        return self.amount + self.adjustment_amount


class BilledMilestone(models.Model):
    """A milestone on an invoice line, all of it or a payer's share. Live shares never pass 100 percent: a trigger
    refuses it. Voiding releases it, deleting a draft deletes."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="billed")
    line = models.OneToOneField(InvoiceLine, on_delete=models.CASCADE, related_name="billed_milestone")
    share_percent = models.DecimalField(max_digits=7, decimal_places=4, default=100, db_default=100)
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(share_percent__gt=0, share_percent__lte=100),
                name="billing_milestone_share",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["milestone"], condition=models.Q(is_live=True), name="billing_live_by_milestone"
            )
        ]

    def __str__(self) -> str:
        return f"Milestone {self.milestone_id}"


class BilledPeriod(models.Model):
    """A period of a contract line on an invoice line: its fee, or what was used within and beyond its allowance.

    All of it or a payer's share; live shares never pass 100 percent: a trigger refuses it. Voiding releases it,
    deleting a draft deletes. `last_on` is as of drafting.
    """

    Kind = Part

    contract_line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="billed_periods")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    first_on = models.DateField()
    last_on = models.DateField()
    line = models.OneToOneField(InvoiceLine, on_delete=models.CASCADE, related_name="billed_period")
    share_percent = models.DecimalField(max_digits=7, decimal_places=4, default=100, db_default=100)
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(share_percent__gt=0, share_percent__lte=100), name="billing_period_share"
            ),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="billing_period_ends_after_start"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["contract_line", "kind", "first_on"],
                condition=models.Q(is_live=True),
                name="billing_live_by_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.first_on}"
