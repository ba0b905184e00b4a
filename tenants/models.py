"""Firms on this installation, their hosts, and the vendors' accounts bound to them (public schema)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django_tenants.models import DomainMixin, TenantMixin


class FirmQuerySet(models.QuerySet["Firm"]):
    def working(self) -> "FirmQuerySet":
        """Firms that people use: neither the public row nor the blueprint, not closed."""
        return self.filter(is_blueprint=False, state=Firm.State.OPEN).exclude(schema_name="public")


class Firm(TenantMixin):
    """A firm: its name, schema and state. Everything else about it is in its own schema."""

    class State(models.TextChoices):
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"

    auto_create_schema = False  # tenants.cloning makes the schema

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    is_blueprint = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = FirmQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_blueprint"], condition=models.Q(is_blueprint=True), name="tenants_one_blueprint"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """A host name that leads to a firm."""


class ExternalAccount(models.Model):
    """A vendor's account (Stripe account, later QuickBooks realm, Salesforce org) bound to one firm, once."""

    provider = models.CharField(max_length=20)
    account_id = models.CharField(max_length=80)
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="external_accounts")
    bound_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "account_id"], name="tenants_account_bound_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.account_id}"
