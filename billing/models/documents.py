"""What an issued invoice says, frozen; and its entries in the books."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from billing.models.invoices import Invoice
from core.models import StoredFile
from ledger.models import JournalEntry


class InvoiceDocument(models.Model):
    """Names, addresses, rates, taxes and totals as they were when issued. Feeds PDF and accounting alike."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="document")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    # The rendered PDF; empty until it is made. It can be made again from the content.
    pdf = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.content.get("number", ""))


class InvoiceJournal(models.Model):
    """Which journal entries an invoice made."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="journal")
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)  # issued, voided

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "reason"], name="billing_posted_once_for_reason")
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.reason}"
