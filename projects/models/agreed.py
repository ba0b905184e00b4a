"""What is agreed on a contract line, or on one of a template: the method and its terms, those of expenses, periods."""

from typing import Any

from django.db import models

from projects.models.recurrence import Recurrence

# Caps that stand on the project; the lines that name one share it.
SHARED_CAPS = ("PO", "PROJECT")


class AgreedTerms(Recurrence):
    """The terms are those of the method; the others stay empty."""

    class Method(models.TextChoices):
        TIME_AND_MATERIALS = "TIME_AND_MATERIALS", "Time and materials"
        FIXED_FEE = "FIXED_FEE", "Fixed fee"
        FIXED_FEE_BY_TASK = "FIXED_FEE_BY_TASK", "Fixed fee by task"
        PERCENT_COMPLETE = "PERCENT_COMPLETE", "Fixed fee by percent complete"
        MILESTONE = "MILESTONE", "Milestones"
        RECURRING = "RECURRING", "Recurring fee"
        ALLOWANCE = "ALLOWANCE", "Retainer allowance"

    class CapScope(models.TextChoices):
        NONE = "", "No cap"
        LINE = "LINE", "This contract line"
        TASK = "TASK", "Each task"
        PO = "PO", "The project’s purchase order"
        PROJECT = "PROJECT", "The project’s budget"

    class Excess(models.TextChoices):
        """What becomes of work above the cap. SOFT is a soft cap, the others are hard ones."""

        SOFT = "SOFT", "Bill it, and warn"
        HOLD = "HOLD", "Hold it in work in progress"
        WRITE_OFF = "WRITE_OFF", "Write it off"
        CHANGE_ORDER = "CHANGE_ORDER", "Hold it and propose a change order"

    class ExpenseMethod(models.TextChoices):
        """How approved billable expenses are billed; the price of one is its cost and the markup on it."""

        AT_PRICE = "AT_PRICE", "At their price"
        WITHIN_CAP = "WITHIN_CAP", "At their price, within the cap of the fees"
        CAPPED = "CAPPED", "At their price, up to a cap of their own"
        INCLUDED = "INCLUDED", "Included in the fees"
        NOT_BILLED = "NOT_BILLED", "Not billed"

    class ExpenseDetail(models.TextChoices):
        CODE = "CODE", "One line for each expense code"
        EACH = "EACH", "One line for each expense"

    name = models.CharField(max_length=120)
    method = models.CharField(max_length=30, choices=Method.choices, default=Method.TIME_AND_MATERIALS)
    position = models.PositiveSmallIntegerField(default=1)
    fee_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    cap_scope = models.CharField(
        max_length=10, choices=CapScope.choices, blank=True, default=CapScope.NONE, db_default=""
    )
    cap_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    cap_minutes = models.PositiveIntegerField(null=True, blank=True)
    # How much of one day is billed: of each person's, or of all together.
    daily_cap_minutes = models.PositiveIntegerField(null=True, blank=True)
    daily_cap_is_per_person = models.BooleanField(default=True, db_default=True)
    excess = models.CharField(
        max_length=20, choices=Excess.choices, default=Excess.HOLD, db_default=Excess.HOLD
    )
    # How its expenses are billed; those without a task go with the project's first line.
    expense_method = models.CharField(
        max_length=10,
        choices=ExpenseMethod.choices,
        default=ExpenseMethod.AT_PRICE,
        db_default=ExpenseMethod.AT_PRICE,
    )
    expense_cap_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    expense_excess = models.CharField(
        max_length=20, choices=Excess.choices, default=Excess.HOLD, db_default=Excess.HOLD
    )
    expense_detail = models.CharField(
        max_length=4,
        choices=ExpenseDetail.choices,
        default=ExpenseDetail.CODE,
        db_default=ExpenseDetail.CODE,
    )
    # Whether receipts go with the invoice, behind its appendix.
    shows_receipts = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_periods(self) -> bool:
        """Whether its fee comes again and again."""
        return self.method in (self.Method.RECURRING, self.Method.ALLOWANCE)

    @property
    def expense_terms(self) -> dict[str, Any]:
        """What is agreed about its expenses, by field: a line that takes over from it keeps that."""
        names = (
            "expense_method",
            "expense_cap_amount",
            "expense_excess",
            "expense_detail",
            "shows_receipts",
        )
        return {name: getattr(self, name) for name in names}

    @property
    def has_shared_cap(self) -> bool:
        """Whether its cap is the purchase order or the budget of the project, which other lines may share."""
        return self.cap_scope in SHARED_CAPS

    @property
    def is_plain(self) -> bool:
        """Time and materials without a cap: hours at their rates and nothing else."""
        return self.is_driven_by_hours and not self.cap_scope and self.daily_cap_minutes is None

    @property
    def is_driven_by_hours(self) -> bool:
        """Whether hours at their rates make the amounts; else a fee does, and hours are attached to it."""
        return self.method == self.Method.TIME_AND_MATERIALS
