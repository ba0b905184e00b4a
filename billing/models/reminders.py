"""Reminders of open invoices: the firm's rules and steps, what stops them, every mail, and fees for paying late."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from billing.models.invoices import Invoice
from clients.models import Client
from core.models import Mail, StoredFile

FIRST_DAY, LAST_DAY = -60, 365


class DunningRules(models.Model):
    """When clients are reminded and sent statements (one row)."""

    # Off until the firm has looked at its steps: nobody's clients get mails by an upgrade.
    is_active = models.BooleanField(default=False)
    # By the client's own clock, and on its working days only.
    hour = models.PositiveSmallIntegerField(default=9)
    # After the last step, every so many days again; 0: not again.
    repeat_days = models.PositiveSmallIntegerField(default=0)
    # So many mails by themselves about one invoice.
    most_mails = models.PositiveSmallIntegerField(default=6)
    # On this day of each month a statement of the month before goes to whom something is open of; empty: none.
    statement_day = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="billing_one_dunning_rules_row"),
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="billing_dunning_at_an_hour"),
            models.CheckConstraint(
                condition=models.Q(repeat_days__lte=90, most_mails__range=(1, 50)),
                name="billing_dunning_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(statement_day=None) | models.Q(statement_day__range=(1, 28)),
                name="billing_statement_day_is_in_each_month",
            ),
        ]

    def __str__(self) -> str:
        return "Payment reminders"


class DunningStep(models.Model):
    """One step: so many days before or after an invoice is due, in which tone, and what paying late costs then."""

    class Tone(models.TextChoices):
        FRIENDLY = "FRIENDLY", "Friendly"
        PLAIN = "PLAIN", "Plain"
        FIRM = "FIRM", "Firm"
        FINAL = "FINAL", "Final"

    class Fee(models.TextChoices):
        NONE = "NONE", "No fee"
        FIXED = "FIXED", "An amount"
        PERCENT = "PERCENT", "Percent of what is open"

    class FeeAction(models.TextChoices):
        DRAFT = "DRAFT", "Draft it"
        ISSUE = "ISSUE", "Draft and issue it"

    # Days after the due date; below zero before it.
    days = models.SmallIntegerField(unique=True)
    tone = models.CharField(max_length=10, choices=Tone.choices, default=Tone.FRIENDLY)
    # The firm's own words instead of the usual ones of the tone.
    words = models.TextField(blank=True)
    fee = models.CharField(max_length=10, choices=Fee.choices, default=Fee.NONE)
    fee_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    fee_amount = models.DecimalField(max_digits=12, decimal_places=4, default=0)
    # A fee in percent is at least this.
    fee_minimum_amount = models.DecimalField(max_digits=12, decimal_places=4, default=0)
    fee_action = models.CharField(max_length=10, choices=FeeAction.choices, default=FeeAction.DRAFT)
    # Invoices that were due before cost no fee: they were agreed on without it.
    fee_from = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["days"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(days__range=(FIRST_DAY, LAST_DAY)), name="billing_step_within_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    fee="NONE", fee_percent=0, fee_amount=0, fee_minimum_amount=0, fee_from=None
                )
                | models.Q(
                    fee="FIXED",
                    fee_percent=0,
                    fee_amount__gt=0,
                    fee_minimum_amount=0,
                    days__gt=0,
                    fee_from__isnull=False,
                )
                | models.Q(
                    fee="PERCENT",
                    fee_percent__gt=0,
                    fee_percent__lte=100,
                    fee_amount=0,
                    fee_minimum_amount__gte=0,
                    days__gt=0,
                    fee_from__isnull=False,
                ),
                name="billing_step_fee_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days:+d} days, {self.get_tone_display().lower()}"

    @property
    def fee_percent_text(self) -> str:
        """1.5 where 1.5000 is stored."""
        return f"{self.fee_percent.normalize():f}"


class DunningStop(models.Model):
    """Why an invoice, or everything of a client, is not reminded of: a dispute, a promise to pay, a pause.

    Whether a promise was kept is derived from what is open after its day.
    """

    class Kind(models.TextChoices):
        DISPUTE = "DISPUTE", "Disputed"
        PROMISE = "PROMISE", "Promised to pay"
        PAUSE = "PAUSE", "Paused"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="dunning_stops")
    # Empty: everything of the client.
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="dunning_stops"
    )
    starts_on = models.DateField()
    # The last day: until when it is promised or paused. Empty: until somebody ends it.
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    ended_on = models.DateField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=120, blank=True)
    # What became of it: the answer to a dispute, another promise.
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-starts_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="DISPUTE", invoice__isnull=False, until=None)
                | models.Q(kind="PROMISE", invoice__isnull=False, until__isnull=False)
                | models.Q(kind="PAUSE"),
                name="billing_stop_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="DISPUTE") | ~models.Q(reason=""), name="billing_dispute_has_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("starts_on")),
                name="billing_stop_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["invoice", "kind"],
                condition=models.Q(ended_on=None, invoice__isnull=False),
                name="billing_one_stop_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(ended_on=None, invoice=None),
                name="billing_one_pause_of_a_client",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.invoice or self.client}"


class PaymentReminder(models.Model):
    """The claim of one mail to a client: the database takes one a day, whoever sends it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="payment_reminders")
    # In the client's time zone.
    day = models.DateField()
    tone = models.CharField(max_length=10, choices=DunningStep.Tone.choices)
    currency = models.CharField(max_length=3)
    # What it asked for.
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    mail = models.OneToOneField(Mail, null=True, on_delete=models.PROTECT, related_name="+")
    # Empty: by itself.
    by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    # Taken back before it left, so that it counts for nothing.
    called_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "day"],
                condition=models.Q(called_off_at=None),
                name="billing_reminded_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.day}"


class RemindedInvoice(models.Model):
    """An invoice in a reminder, as it stood then."""

    reminder = models.ForeignKey(PaymentReminder, on_delete=models.PROTECT, related_name="invoices")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminded")
    # The step it had reached, in days after the due date; empty: none, a person sent it.
    step_days = models.SmallIntegerField(null=True, blank=True)
    open_amount = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reminder", "invoice"], name="billing_reminded_once_in_a_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} in {self.reminder}"


class LateFee(models.Model):
    """The fee for paying an invoice late, by a step: there is one row, so that it is charged once."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="late_fees")
    step_days = models.SmallIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    # The document that asks for it; empty once its draft was deleted: then it is waived.
    fee_invoice = models.OneToOneField(
        Invoice, null=True, on_delete=models.SET_NULL, related_name="late_fee_for"
    )
    charged_on = models.DateField()
    # Why it is still a draft although it was to be issued.
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["-charged_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "step_days"], name="billing_late_fee_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="billing_late_fee_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.invoice}"


class CollectionNote(models.Model):
    """What somebody noted about a client's open invoices: a call, an answer, when to look again."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="collection_notes")
    text = models.CharField(max_length=1000)
    # When somebody should look again.
    follow_up_on = models.DateField(null=True, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(text=""), name="billing_note_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class SentStatement(models.Model):
    """A statement of account that went to a client, with its PDF as it was."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="statements")
    currency = models.CharField(max_length=3)
    # Empty: what was open on the last day; else what happened between the two.
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField()
    closing_amount = models.DecimalField(max_digits=16, decimal_places=4)
    # Of which month it is, when it went by itself: one for each client and month.
    month_on = models.DateField(null=True, blank=True)
    pdf = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    mail = models.ForeignKey(Mail, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "month_on"],
                condition=models.Q(month_on__isnull=False),
                name="billing_statement_once_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.last_on}"
