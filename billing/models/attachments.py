"""Files that go with an invoice's mail."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from billing.models.invoices import Invoice
from core.models import StoredFile


class InvoiceFile(models.Model):
    """A file that is mailed with the invoice, besides its PDF. It can come and go until the invoice is void."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "file"], name="billing_file_once_on_invoice")
        ]

    def __str__(self) -> str:
        return str(self.file)
