"""The firm's billing settings and the counters of invoice numbers."""

from typing import ClassVar

from django.db import models

from people.models import LegalEntity


class BillingRules(models.Model):
    """The firm's settings of billing (one row)."""

    class TaxRounding(models.TextChoices):
        INVOICE = "INVOICE", "Once for each invoice"
        LINE = "LINE", "Once for each line"

    number_prefix = models.CharField(max_length=10, default="INV")
    credit_prefix = models.CharField(max_length=10, default="CM")
    retainer_prefix = models.CharField(max_length=10, default="RET", db_default="RET")
    # What stands where in a number: {prefix}, {year} or {yy}, {month}, {number} with at least four digits.
    number_pattern = models.CharField(max_length=60, default="{prefix}-{year}-{number}")
    minimum_payment_amount = models.DecimalField(max_digits=12, decimal_places=4, default=1)
    allows_partial_payment = models.BooleanField(default=True)
    invoice_message = models.TextField(blank=True, default="Thank you for your business.")
    # How each tax is rounded: it must match the accounting system.
    tax_rounding = models.CharField(
        max_length=10,
        choices=TaxRounding.choices,
        default=TaxRounding.INVOICE,
        db_default=TaxRounding.INVOICE,
    )
    # A pay link works this long after the invoice was sent.
    link_days = models.PositiveSmallIntegerField(default=365)
    # Whether invoices carry their content for programs (Factur-X); a client may be told otherwise.
    is_electronic = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="billing_one_rules_row"),
            models.CheckConstraint(
                condition=~models.Q(number_prefix=models.F("credit_prefix")), name="billing_prefixes_differ"
            ),
            models.CheckConstraint(
                condition=~models.Q(retainer_prefix=models.F("number_prefix"))
                & ~models.Q(retainer_prefix=models.F("credit_prefix")),
                name="billing_retainer_prefix_differs",
            ),
        ]

    def __str__(self) -> str:
        return "Billing rules"


class EntityNumbers(models.Model):
    """How a legal entity writes its numbers, where it does not write them as the firm does."""

    entity = models.OneToOneField(
        LegalEntity, primary_key=True, on_delete=models.PROTECT, related_name="numbers"
    )
    number_prefix = models.CharField(max_length=10)
    credit_prefix = models.CharField(max_length=10)
    retainer_prefix = models.CharField(max_length=10)
    number_pattern = models.CharField(max_length=60)

    class Meta:
        verbose_name_plural = "entity numbers"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(number_prefix=models.F("credit_prefix"))
                & ~models.Q(retainer_prefix=models.F("number_prefix"))
                & ~models.Q(retainer_prefix=models.F("credit_prefix")),
                name="billing_entity_prefixes_differ",
            )
        ]

    def __str__(self) -> str:
        return f"Numbers of {self.entity}"


class NumberSeries(models.Model):
    """The counter row of gapless numbers for an entity, a series and a year; locked last when issuing."""

    class Series(models.TextChoices):
        INVOICE = "INVOICE", "Invoices"
        CREDIT = "CREDIT", "Credit memos"
        RETAINER = "RETAINER", "Deposit requests"

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="number_series")
    series = models.CharField(max_length=20, choices=Series.choices, default=Series.INVOICE)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "number series"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entity", "series", "year"], name="billing_one_counter_row")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last_number}"
