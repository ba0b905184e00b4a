"""Which version of a draft somebody gave into review; the course of it is kept in approvals."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from billing.models.invoices import Invoice


class InvoiceReview(models.Model):
    """A draft as it was when it was given into review. An approval counts for this version only."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="reviews")
    version = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField()
    # Where the review stood when the draft was issued, and who had approved; empty before.
    issued_as = models.CharField(max_length=10, blank=True, db_default="", default="")
    approved_by = models.CharField(max_length=400, blank=True, db_default="", default="")

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["invoice", "-id"], name="billing_review_latest")]

    def __str__(self) -> str:
        return f"{self.invoice} version {self.version}"
