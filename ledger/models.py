"""Double entry: accounts, journal entries and their lines. Entries are balanced and never change."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from clients.models import Client, TaxComponent
from people.models import LegalEntity
from projects.models import Project


class LedgerRules(models.Model):
    """The firm's settings of the books (one row)."""

    closed_through = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="ledger_one_rules_row")
        ]

    def __str__(self) -> str:
        return f"closed through {self.closed_through}"


class Account(models.Model):
    class Kind(models.TextChoices):
        ASSET = "ASSET", "Asset"
        LIABILITY = "LIABILITY", "Liability"
        EQUITY = "EQUITY", "Equity"
        REVENUE = "REVENUE", "Revenue"
        EXPENSE = "EXPENSE", "Expense"

    class Purpose(models.TextChoices):
        RECEIVABLES = "RECEIVABLES", "Accounts receivable"
        UNDEPOSITED = "UNDEPOSITED", "Undeposited funds"
        PROCESSOR = "PROCESSOR", "Payment processor balance"
        CREDITS = "CREDITS", "Customer credits"
        REVENUE = "REVENUE", "Service revenue"
        EXPENSES = "EXPENSES", "Billed expenses"
        LATE_FEES = "LATE_FEES", "Late fees"
        TAX = "TAX", "Sales tax payable"
        FEES = "FEES", "Payment processing fees"
        BANK = "BANK", "Bank"
        CREDITED = "CREDITED", "Credits and allowances"
        DISCOUNTS = "DISCOUNTS", "Discounts given"
        BAD_DEBT = "BAD_DEBT", "Bad debts"
        DEPOSITS = "DEPOSITS", "Client retainers"
        EXCHANGE = "EXCHANGE", "Exchange gains and losses"
        # The other side of these: what clients' accounts in other currencies came to be worth more or less.
        CONVERSION = "CONVERSION", "Currency conversion"

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What operations look the account up by; empty for accounts of the firm's own.
    purpose = models.CharField(max_length=20, choices=Purpose.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["purpose"], condition=~models.Q(purpose=""), name="ledger_one_account_for_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TaxAccount(models.Model):
    """The account that one tax is payable on, where it is not that of all taxes."""

    component = models.OneToOneField(TaxComponent, on_delete=models.CASCADE, related_name="tax_account")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tax_accounts")

    def __str__(self) -> str:
        return f"{self.component} on {self.account}"


class JournalEntry(models.Model):
    """A balanced entry. Corrected by a reversing entry only."""

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="journal_entries")
    posted_on = models.DateField()
    memo = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    source_kind = models.CharField(max_length=40)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "journal entries"
        ordering: ClassVar = ["posted_on", "id"]

    def __str__(self) -> str:
        return f"{self.posted_on} {self.memo}"


class JournalLine(models.Model):
    """One side of an entry: exactly one of debit and credit is above zero."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    debit_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    credit_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(debit_amount__gt=0, credit_amount=0)
                | models.Q(debit_amount=0, credit_amount__gt=0),
                name="ledger_line_has_one_side",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit_amount or -self.credit_amount}"
