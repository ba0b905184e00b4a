"""What may be spent on: codes, what a unit costs and bills, markup, and limits."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from clients.models import Client
from core.effective import Effective, EffectiveQuerySet
from ledger.models import Account
from projects.models import Project


class ExpenseCode(models.Model):
    """A kind of spending (Airfare, Mileage), with what is usual for it."""

    name = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    is_reimbursable = models.BooleanField(default=True)
    is_billable = models.BooleanField(default=True)
    # Counted in units at a rate (mile, night); empty: an amount is typed.
    unit = models.CharField(max_length=20, blank=True)
    # In the firm's currency; 0 asks for one always, empty never.
    receipt_from_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    requires_note = models.BooleanField(default=False)
    # On invoices: whether sales tax is charged on it, and where its income goes; empty is the firm's usual account.
    is_taxable = models.BooleanField(default=True, db_default=True)
    income_account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="expense_codes"
    )

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(receipt_from_amount=None) | Q(receipt_from_amount__gte=0),
                name="timesheets_code_receipt_from",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExpenseRate(Effective, models.Model):
    """What one unit of a code costs, and what the client pays for it, from a day on. Up to five decimals.

    `effective` is half-open: the first day is inside, the last is not. Without a billing price cost and markup count.
    """

    code = models.ForeignKey(ExpenseCode, on_delete=models.PROTECT, related_name="rates")
    currency = models.CharField(max_length=3)
    cost_amount = models.DecimalField(max_digits=14, decimal_places=5)
    billing_amount = models.DecimalField(max_digits=14, decimal_places=5, null=True, blank=True)
    effective = DateRangeField()

    objects: ClassVar = EffectiveQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="timesheets_unit_rates_do_not_overlap",
                expressions=[
                    (F("code"), RangeOperators.EQUAL),
                    (F("effective"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(cost_amount__gt=0) & (Q(billing_amount=None) | Q(billing_amount__gte=0)),
                name="timesheets_unit_rate_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(effective__startswith__isnull=False) & Q(effective__isempty=False),
                name="timesheets_unit_rate_has_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_amount} {self.currency} from {self.effective.lower}"


class ExpenseMarkup(models.Model):
    """What is added to a cost for the client: of a project, of a client, or of a code in general.

    A project's own goes before its client's, that before the code's; of each, the one for the very code goes first.
    """

    class Kind(models.TextChoices):
        PERCENT = "PERCENT", "Percent of the cost"
        FIXED = "FIXED", "A fixed amount for each line"

    code = models.ForeignKey(
        ExpenseCode, null=True, blank=True, on_delete=models.CASCADE, related_name="markups"
    )
    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.CASCADE, related_name="expense_markups"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="expense_markups"
    )
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.PERCENT)
    # Percent, or an amount in the client's currency.
    value = models.DecimalField(max_digits=12, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "client", "project"], nulls_distinct=False, name="timesheets_markup_once"
            ),
            models.CheckConstraint(
                condition=Q(client=None) | Q(project=None), name="timesheets_markup_client_or_project"
            ),
            models.CheckConstraint(
                condition=Q(code__isnull=False) | Q(client__isnull=False) | Q(project__isnull=False),
                name="timesheets_markup_of_something",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="timesheets_markup_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.kind}"


class ExpenseLimit(models.Model):
    """How much of a code is within the firm's policy, and what happens beyond. Amounts in the firm's currency."""

    class Kind(models.TextChoices):
        ITEM = "ITEM", "For each line"
        DAY = "DAY", "For each person and day"
        MONTH = "MONTH", "For each person and month"
        PER_DIEM = "PER_DIEM", "For each unit of the quantity (per diem)"
        WEEKEND = "WEEKEND", "Not on a weekend"

    class Severity(models.TextChoices):
        WARN = "WARN", "Warn"
        SECOND = "SECOND", "Ask a second approver"
        BLOCK = "BLOCK", "Refuse"

    code = models.ForeignKey(ExpenseCode, on_delete=models.CASCADE, related_name="limits")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    severity = models.CharField(max_length=6, choices=Severity.choices, default=Severity.WARN)

    class Meta:
        ordering: ClassVar = ["kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "kind"], name="timesheets_limit_once"),
            models.CheckConstraint(
                condition=Q(kind="WEEKEND", amount=None) | (~Q(kind="WEEKEND") & Q(amount__gt=0)),
                name="timesheets_limit_has_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_severity_display()}"


class PerDiem(models.Model):
    """What a code's per diem is in one country from a day on, whole days and parts of days apart; the firm's currency.

    Of several that have begun the latest counts. Countries that have none take the amount of the code's limit.
    """

    code = models.ForeignKey(ExpenseCode, on_delete=models.CASCADE, related_name="per_diems")
    # ISO 3166.
    country = models.CharField(max_length=2)
    full_amount = models.DecimalField(max_digits=16, decimal_places=4)
    part_amount = models.DecimalField(max_digits=16, decimal_places=4)
    starts_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["country", "-starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "country", "starts_on"], name="timesheets_per_diem_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(full_amount__gt=0, part_amount__gte=0, part_amount__lte=F("full_amount")),
                name="timesheets_per_diem_part_of_full",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.full_amount} from {self.starts_on}"
