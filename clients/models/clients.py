"""Clients."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower, Now

from clients.models.taxes import TaxCode
from clients.models.terms import PaymentTerms
from people.models import LegalEntity


class ClientQuerySet(models.QuerySet["Client"]):
    def active(self) -> "ClientQuerySet":
        return self.filter(is_active=True)

    def own(self) -> "ClientQuerySet":
        """Without those that were merged into another."""
        return self.filter(merged_into=None)


class Client(models.Model):
    """Who buys. Its currency is that of all its projects and invoices."""

    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=160, blank=True)
    code = models.CharField(max_length=20, blank=True)
    billing_address = models.TextField(blank=True)
    country = models.CharField(max_length=2, default="US")
    phone = models.CharField(max_length=40, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    language = models.CharField(max_length=10, default="en-us")
    # Whose clock reminders go by; empty: that of the company that bills.
    time_zone = models.CharField(max_length=60, blank=True, default="", db_default="")
    # Which company of the firm bills it; empty: the default one.
    legal_entity = models.ForeignKey(
        LegalEntity, null=True, blank=True, on_delete=models.PROTECT, related_name="clients"
    )
    payment_terms = models.ForeignKey(
        PaymentTerms, null=True, blank=True, on_delete=models.PROTECT, related_name="clients"
    )
    tax_code = models.ForeignKey(
        TaxCode, null=True, blank=True, on_delete=models.PROTECT, related_name="clients"
    )
    # What expenses carry; empty means the same as services.
    expense_tax_code = models.ForeignKey(
        TaxCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_tax_exempt = models.BooleanField(default=False, db_default=False)
    exemption_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    # The certificate's last day; empty when it does not end.
    exemption_expires_on = models.DateField(null=True, blank=True)
    # One invoice for all its projects, with a section for each.
    is_billed_together = models.BooleanField(default=False, db_default=False)
    notes = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    # Whose this client's projects and invoices are since the two were merged; its name leads there.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    objects: ClassVar = ClientQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="clients_client_changed")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"),
                name="clients_name_once",
                violation_error_message="There is already a client of this name.",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(is_active=False),
                name="clients_merged_is_inactive",
            ),
            models.CheckConstraint(
                condition=models.Q(is_tax_exempt=False) | ~models.Q(exemption_number=""),
                name="clients_exemption_has_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def billing_name(self) -> str:
        return self.legal_name or self.name

    def is_exempt(self, on: date) -> bool:
        """Whether its invoices carry no tax on that day: a certificate is there and has not run out."""
        return self.is_tax_exempt and (self.exemption_expires_on is None or on <= self.exemption_expires_on)
