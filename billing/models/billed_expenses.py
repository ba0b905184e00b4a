"""The link between a bill and the expenses on it, what is held back of them, and what credit memos give back."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.models.credits import CreditLine
from billing.models.invoices import InvoiceLine
from timesheets.models import Expense


class BilledExpense(models.Model):
    """What an invoice line consumes of an expense's price, and what that came to on the line.

    Over the live rows of an expense, amounts less released ones never pass its price: a trigger refuses it, for lines
    that reverse others below zero. `billed_amount` is `amount` where expenses are billed at their price, zero where the
    fees include them or the excess above a cap is written off. Voiding ends `is_live`, crediting may release a part;
    deleting a draft deletes.
    """

    # A trigger decides what happens when an expense is deleted: refused once issued, taken off a draft.
    expense = models.ForeignKey(Expense, on_delete=models.DO_NOTHING, related_name="billed")
    line = models.ForeignKey(InvoiceLine, on_delete=models.CASCADE, related_name="billed_expenses")
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    billed_amount = models.DecimalField(max_digits=16, decimal_places=4)
    is_live = models.BooleanField(default=True)
    # What issued credit memos gave back; all of it given back ends `is_live`.
    released_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["expense", "line"], name="billing_expense_once_on_line"),
            models.CheckConstraint(condition=~Q(amount=0), name="billing_billed_expense_not_zero"),
            models.CheckConstraint(
                condition=Q(billed_amount=F("amount")) | Q(billed_amount=0),
                name="billing_expense_billed_or_included",
            ),
            models.CheckConstraint(
                condition=Q(released_amount=0)
                | Q(amount__gt=0, released_amount__gt=0, released_amount__lte=F("amount"))
                | Q(amount__lt=0, released_amount__lt=0, released_amount__gte=F("amount")),
                name="billing_expense_released_within",
            ),
            models.CheckConstraint(
                condition=Q(is_live=False) | ~Q(released_amount=F("amount")),
                name="billing_released_expense_is_not_live",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expense"], condition=Q(is_live=True), name="billing_live_by_expense")
        ]

    def __str__(self) -> str:
        return f"{self.amount} of expense {self.expense_id}"


class HeldExpense(models.Model):
    """An expense that waits: it is not drafted until somebody releases it."""

    expense = models.OneToOneField(Expense, on_delete=models.CASCADE, related_name="held")
    reason = models.CharField(max_length=200)
    by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="billing_hold_has_reason")
        ]

    def __str__(self) -> str:
        return self.reason


class CreditedExpense(models.Model):
    """What a credit memo gives back of a billed expense when it is issued: it may be billed again."""

    credit_line = models.ForeignKey(CreditLine, on_delete=models.CASCADE, related_name="credited_expenses")
    billed = models.ForeignKey(BilledExpense, on_delete=models.PROTECT, related_name="credited")
    amount = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credit_line", "billed"], name="billing_credited_expense_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="billing_credited_expense_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.billed_id}"
