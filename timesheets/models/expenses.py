"""Expenses: reports, their lines, receipts, and what was paid back."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.models import StoredFile
from core.transitions import Transitions
from people.models import StaffMember
from projects.models import Project, Task, WorkClass
from timesheets.models.expense_codes import ExpenseCode, ExpenseRate


class ExpenseReport(models.Model):
    """Expenses of one person that are looked at together. Each line has its own state; the report's is derived."""

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="expense_reports")
    title = models.CharField(max_length=120)
    # What the person is paid back in: that of their company when the report was opened.
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff", "-id"], name="timesheets_report_staff")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="timesheets_report_has_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Reimbursement(models.Model):
    """What a person was paid back in one go. Its amount is the sum of its lines, which cannot change any more."""

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="reimbursements")
    currency = models.CharField(max_length=3)
    paid_on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    by_name = models.CharField(max_length=160)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.staff} {self.paid_on}"


class ExpenseQuerySet(models.QuerySet["Expense"]):
    def editable(self) -> "ExpenseQuerySet":
        return self.filter(state__in=[Expense.State.DRAFT, Expense.State.REJECTED])

    def submitted(self) -> "ExpenseQuerySet":
        return self.filter(state=Expense.State.SUBMITTED)

    def approved(self) -> "ExpenseQuerySet":
        return self.filter(state=Expense.State.APPROVED)

    def to_reimburse(self) -> "ExpenseQuerySet":
        """Approved, to be paid back, and not paid yet."""
        return self.filter(state=Expense.State.APPROVED, is_reimbursable=True, reimbursement=None)


class Expense(models.Model):
    """One line of a report. The line is the unit of approval, of billing, and of paying back.

    `amount` is what was paid, tax included, in `currency`. `base_amount` is that in the report's currency, by the rate
    of the day or one that somebody typed. `billable_amount` is what the client pays, in the client's currency, markup
    included; each is rounded once. A draft may be incomplete, such as a photographed receipt; a submitted line is not.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        SUBMITTED = "SUBMITTED", "Submitted"
        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Returned"

    TRANSITIONS: ClassVar = Transitions(
        {
            State.DRAFT: {State.SUBMITTED},
            State.SUBMITTED: {State.APPROVED, State.REJECTED, State.DRAFT},
            State.APPROVED: {State.SUBMITTED, State.REJECTED},
            State.REJECTED: {State.SUBMITTED},
        }
    )

    class Kind(models.TextChoices):
        EMPLOYEE = "EMPLOYEE", "Paid by the employee"
        CARD = "CARD", "Corporate card"
        SERVICE_FEE = "SERVICE_FEE", "Service fee"
        VENDOR_BILL = "VENDOR_BILL", "Vendor bill"

    class DayPart(models.TextChoices):
        FULL = "FULL", "Whole days"
        PART = "PART", "Day of arrival or departure"

    report = models.ForeignKey(ExpenseReport, on_delete=models.PROTECT, related_name="expenses")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.EMPLOYEE)
    spent_on = models.DateField()
    code = models.ForeignKey(
        ExpenseCode, null=True, blank=True, on_delete=models.PROTECT, related_name="expenses"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="expenses"
    )
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="expenses")
    work_class = models.ForeignKey(
        WorkClass, null=True, blank=True, on_delete=models.PROTECT, related_name="expenses"
    )
    vendor = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    # Of codes with a per diem by country: where it was spent (ISO 3166, empty is elsewhere) and on which part of a day.
    country = models.CharField(max_length=2, blank=True)
    day_part = models.CharField(max_length=4, choices=DayPart.choices, default=DayPart.FULL)

    quantity = models.DecimalField(max_digits=12, decimal_places=2, default=1)
    # Of codes that are counted in units: what a unit costs and what the client pays for it, and by which rate.
    unit_cost_amount = models.DecimalField(max_digits=14, decimal_places=5, null=True, blank=True)
    unit_billing_amount = models.DecimalField(max_digits=14, decimal_places=5, null=True, blank=True)
    unit_rate = models.ForeignKey(
        ExpenseRate, null=True, blank=True, on_delete=models.PROTECT, related_name="expenses"
    )
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    tax_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # So many of the report's currency for one of the line's; whose word it is, when somebody overrode the table.
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, blank=True)
    exchange_source = models.CharField(max_length=160, blank=True)
    exchange_by_name = models.CharField(max_length=160, blank=True)
    base_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)

    is_reimbursable = models.BooleanField(default=True)
    is_billable = models.BooleanField(default=False)
    billable_currency = models.CharField(max_length=3, blank=True)
    billable_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # In words, as it was when the line was saved: 10 % of City of Larkspur; 0.55 a mile since 1 Jan 2026.
    billable_source = models.CharField(max_length=240, blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    # Worse than the firm's limits allow without a second approver; set when the line is submitted.
    needs_second = models.BooleanField(default=False)
    reimbursement = models.ForeignKey(
        Reimbursement, null=True, blank=True, on_delete=models.PROTECT, related_name="expenses"
    )
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    # The form that made the line; sent twice, it makes one.
    once = models.UUIDField(null=True, blank=True, unique=True)
    recorded_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    objects: ClassVar = ExpenseQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["report", "spent_on"], name="timesheets_expense_report"),
            models.Index(fields=["project", "state", "spent_on"], name="timesheets_expense_project"),
            models.Index(fields=["updated_at", "id"], name="timesheets_expense_changed"),
            models.Index(
                fields=["report"],
                condition=Q(state="APPROVED", is_reimbursable=True, reimbursement=None),
                name="timesheets_expense_to_pay",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "REJECTED"])
                | Q(code__isnull=False, amount__isnull=False, base_amount__isnull=False),
                name="timesheets_expense_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "REJECTED"])
                | Q(is_billable=False)
                | Q(project__isnull=False, billable_amount__isnull=False),
                name="timesheets_expense_billed_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_billable=True) | Q(billable_amount=None),
                name="timesheets_expense_not_billable_is_none",
            ),
            models.CheckConstraint(
                condition=Q(task=None) | Q(project__isnull=False), name="timesheets_expense_task_has_project"
            ),
            models.CheckConstraint(
                condition=Q(reverses=None, quantity__gt=0, tax_amount__gte=0)
                & (Q(amount=None) | Q(amount__gt=0))
                | Q(reverses__isnull=False, quantity__lt=0, amount__lt=0, tax_amount__lte=0),
                name="timesheets_expense_sign",
            ),
            models.CheckConstraint(
                condition=Q(amount=None)
                | Q(reverses=None, tax_amount__lte=F("amount"))
                | Q(reverses__isnull=False, tax_amount__gte=F("amount")),
                name="timesheets_expense_tax_within",
            ),
            models.CheckConstraint(
                condition=Q(exchange_rate=None) | Q(exchange_rate__gt=0), name="timesheets_expense_exchange"
            ),
            models.CheckConstraint(
                condition=~Q(kind="SERVICE_FEE") | Q(is_reimbursable=False),
                name="timesheets_expense_fee_is_internal",
            ),
            models.CheckConstraint(
                condition=Q(reimbursement=None) | Q(state="APPROVED", is_reimbursable=True),
                name="timesheets_expense_paid_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spent_on} {self.vendor or self.code or 'Expense'}"

    @property
    def is_open(self) -> bool:
        """Whether its owner may still change it."""
        return self.state in (self.State.DRAFT, self.State.REJECTED)

    @property
    def is_overridden(self) -> bool:
        """Whether somebody typed the exchange rate."""
        return bool(self.exchange_by_name)


class Receipt(models.Model):
    """A file that proves an expense. `thumbnail` is a small JPEG; `preview` a JPEG of what browsers do not show."""

    expense = models.ForeignKey(Expense, on_delete=models.CASCADE, related_name="receipts")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    thumbnail = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    preview = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The file's own, so that the same file on another line is found.
    sha256 = models.CharField(max_length=64, db_index=True)
    added_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["expense", "sha256"], name="timesheets_receipt_once_a_line")
        ]

    def __str__(self) -> str:
        return str(self.file)
