"""People at a client."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from clients.models.clients import Client


class Contact(models.Model):
    """A person at a client. `is_billing_to` gets invoices, `is_billing_cc` a copy."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_billing_to = models.BooleanField(default=False)
    is_billing_cc = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(db_default=Now())  # kept by a trigger

    class Meta:
        ordering: ClassVar = ["name"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="clients_contact_changed")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_billing_to=False, is_billing_cc=False) | ~models.Q(email=""),
                name="clients_billing_contact_has_email",
                violation_error_message="A contact that gets invoices needs an e-mail address.",
            )
        ]

    def __str__(self) -> str:
        return self.name
