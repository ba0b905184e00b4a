"""How documents look and what mails say: the firm's own templates, and what a client gets of them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from billing.models.credits import CreditMemo
from billing.models.invoices import Invoice
from clients.models import Client
from core.models import Mail, StoredFile


class DocumentTemplate(models.Model):
    """A look of invoices, credit memos and deposit requests. Documents keep the one that they were issued with."""

    class Layout(models.TextChoices):
        PLAIN = "PLAIN", "Plain"
        BAND = "BAND", "Band"
        LETTER = "LETTER", "Letter"

    name = models.CharField(max_length=60)
    layout = models.CharField(max_length=10, choices=Layout.choices, default=Layout.PLAIN)
    # Empty: the color of the company's letters.
    color = models.CharField(max_length=7, blank=True)
    shows_logo = models.BooleanField(default=True)
    shows_hours = models.BooleanField(default=True)
    shows_rates = models.BooleanField(default=True)
    shows_sums = models.BooleanField(default=True)
    shows_remittance = models.BooleanField(default=True)
    # In the appendix of time.
    shows_people = models.BooleanField(default=True)
    shows_reasons = models.BooleanField(default=False)
    footer = models.CharField(max_length=400, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = [Lower("name")]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="billing_template_name_once"),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="billing_one_default_template",
            ),
            models.CheckConstraint(
                condition=models.Q(layout__in=["PLAIN", "BAND", "LETTER"]), name="billing_template_layout"
            ),
            models.CheckConstraint(
                condition=models.Q(color="") | models.Q(color__regex=r"^#[0-9a-fA-F]{6}$"),
                name="billing_template_color_is_hex",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClientDocuments(models.Model):
    """What one client gets other than the firm's usual: a template, electronic invoices, its own reference."""

    class Electronic(models.TextChoices):
        USUAL = "USUAL", "As the firm does"
        NONE = "NONE", "Never"
        FACTURX = "FACTURX", "Factur-X in the PDF"

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="documents")
    template = models.ForeignKey(
        DocumentTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="clients"
    )
    electronic = models.CharField(max_length=10, choices=Electronic.choices, default=Electronic.USUAL)
    # What the client's accounting wants to read on every invoice (Leitweg-ID, service code).
    buyer_reference = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(electronic__in=["USUAL", "NONE", "FACTURX"]),
                name="billing_electronic_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"documents of {self.client}"


class MailText(models.Model):
    """The firm's own words for a kind of mail in a language; without one the usual words are sent."""

    class Kind(models.TextChoices):
        INVOICE = "INVOICE", "Invoice"
        DEPOSIT = "DEPOSIT", "Deposit request"
        CREDIT = "CREDIT", "Credit memo"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    # Who gets a copy of each of them, beside the client's contacts.
    copies = ArrayField(models.EmailField(), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "language"], name="billing_mail_text_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["INVOICE", "DEPOSIT", "CREDIT"]), name="billing_mail_text_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(subject="") & ~models.Q(text=""), name="billing_mail_text_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"


class Snapshot(models.Model):
    """The PDF that went with a mail, as it was. Never changed, never deleted."""

    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="snapshots")
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="snapshots"
    )
    credit = models.ForeignKey(
        CreditMemo, null=True, blank=True, on_delete=models.PROTECT, related_name="snapshots"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(invoice__isnull=False, credit__isnull=True)
                | models.Q(invoice__isnull=True, credit__isnull=False),
                name="billing_snapshot_is_of_one_document",
            ),
            models.UniqueConstraint(fields=["mail", "file"], name="billing_snapshot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file} of {self.made_at:%Y-%m-%d}"
