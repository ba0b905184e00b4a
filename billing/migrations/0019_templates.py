"""Looks of documents, words of mails, and what was mailed."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from core.triggers import append_only, audited


def first_templates(apps, schema_editor):
    """The three looks, so that a firm begins with something to choose from."""
    templates = apps.get_model("billing", "DocumentTemplate")
    templates.objects.bulk_create(
        [
            templates(name="Plain", layout="PLAIN", is_default=True),
            templates(name="Band", layout="BAND"),
            templates(name="Letter", layout="LETTER"),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0018_draft_editor"),
        ("clients", "0004_updated_at"),
        ("core", "0006_mail_delivery"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "billingrules", "is_electronic", models.BooleanField(db_default=False, default=False)
        ),
        migrations.CreateModel(
            name="DocumentTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "layout",
                    models.CharField(
                        choices=[("PLAIN", "Plain"), ("BAND", "Band"), ("LETTER", "Letter")],
                        default="PLAIN",
                        max_length=10,
                    ),
                ),
                ("color", models.CharField(blank=True, max_length=7)),
                ("shows_logo", models.BooleanField(default=True)),
                ("shows_hours", models.BooleanField(default=True)),
                ("shows_rates", models.BooleanField(default=True)),
                ("shows_sums", models.BooleanField(default=True)),
                ("shows_remittance", models.BooleanField(default=True)),
                ("shows_people", models.BooleanField(default=True)),
                ("shows_reasons", models.BooleanField(default=False)),
                ("footer", models.CharField(blank=True, max_length=400)),
                ("is_default", models.BooleanField(default=False)),
            ],
            options={
                "ordering": [django.db.models.functions.text.Lower("name")],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="billing_template_name_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="billing_one_default_template",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("layout__in", ["PLAIN", "BAND", "LETTER"])),
                        name="billing_template_layout",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("color", ""), ("color__regex", "^#[0-9a-fA-F]{6}$"), _connector="OR"
                        ),
                        name="billing_template_color_is_hex",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "invoice",
            "template",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.documenttemplate",
            ),
        ),
        migrations.CreateModel(
            name="MailText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("INVOICE", "Invoice"),
                            ("DEPOSIT", "Deposit request"),
                            ("CREDIT", "Credit memo"),
                        ],
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                (
                    "copies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.EmailField(max_length=254), blank=True, default=list
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "language"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "language"), name="billing_mail_text_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["INVOICE", "DEPOSIT", "CREDIT"])),
                        name="billing_mail_text_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject", ""), _negated=True), models.Q(("text", ""), _negated=True)
                        ),
                        name="billing_mail_text_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientDocuments",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "electronic",
                    models.CharField(
                        choices=[
                            ("USUAL", "As the firm does"),
                            ("NONE", "Never"),
                            ("FACTURX", "Factur-X in the PDF"),
                        ],
                        default="USUAL",
                        max_length=10,
                    ),
                ),
                ("buyer_reference", models.CharField(blank=True, max_length=60)),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="clients.client",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clients",
                        to="billing.documenttemplate",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("electronic__in", ["USUAL", "NONE", "FACTURX"])),
                        name="billing_electronic_is_known",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "credit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="billing.creditmemo",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="billing.invoice",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="core.mail",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit__isnull", True), ("invoice__isnull", False)),
                            models.Q(("credit__isnull", False), ("invoice__isnull", True)),
                            _connector="OR",
                        ),
                        name="billing_snapshot_is_of_one_document",
                    ),
                    models.UniqueConstraint(fields=("mail", "file"), name="billing_snapshot_once"),
                ],
            },
        ),
        audited("billing_documenttemplate"),
        audited("billing_mailtext"),
        audited("billing_clientdocuments"),
        append_only("billing_snapshot"),
        migrations.RunPython(first_templates, migrations.RunPython.noop),
    ]
