"""Invoices in review."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.triggers import audited

RIGHT = "billing.review"


def grant(apps, schema_editor):
    """The owner, who may all, decides where nobody else does."""
    for role in apps.get_model("people", "Role").objects.filter(is_builtin=True, name="Owner"):
        role.rights = sorted({*role.rights, RIGHT})
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0009_updated_at"),
        ("approvals", "0005_first_policies"),
        ("core", "0002_triggers"),
        ("people", "0004_promises"),
    ]

    operations = [
        migrations.CreateModel(
            name="InvoiceReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("submitted_at", models.DateTimeField()),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="billing.invoice",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["invoice", "-id"], name="billing_review_latest")],
            },
        ),
        audited("billing_invoicereview"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
