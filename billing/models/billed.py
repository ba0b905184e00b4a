"""The link between a bill and the work on it."""

from typing import ClassVar

from django.db import models

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
    line = models.ForeignKey(InvoiceLine, on_delete=models.CASCADE, related_name="billed_time")
    minutes = models.PositiveIntegerField()
    # As of drafting: what was billed at which rate, even if the entry is re-rated later. Empty where a fee covers
    # work that has none.
    rate_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    rate_source = models.CharField(max_length=240, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=4)
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
        ]
        indexes: ClassVar = [
            models.Index(fields=["entry"], condition=models.Q(is_live=True), name="billing_live_by_entry")
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min of {self.entry_id}"


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

    Each is on one live line at most. Voiding releases it, deleting a draft deletes. `last_on` is as of drafting.
    """

    Kind = Part

    contract_line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="billed_periods")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    first_on = models.DateField()
    last_on = models.DateField()
    line = models.OneToOneField(InvoiceLine, on_delete=models.CASCADE, related_name="billed_period")
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract_line", "kind", "first_on"],
                condition=models.Q(is_live=True),
                name="billing_period_once",
            ),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="billing_period_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.first_on}"
