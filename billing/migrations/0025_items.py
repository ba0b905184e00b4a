"""The catalogue of items, and the lines that sell them."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import deletion
from django.db.models.functions import Lower

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0024_draft_editor"),
        ("clients", "0005_taxes"),
        ("core", "0002_triggers"),
        ("ledger", "0006_discounts"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            "CatalogueItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("description", models.CharField(max_length=200, blank=True)),
                ("unit", models.CharField(max_length=20, blank=True)),
                ("currency", models.CharField(max_length=3)),
                ("price_amount", models.DecimalField(max_digits=12, decimal_places=4)),
                (
                    "income_account",
                    models.ForeignKey(
                        null=True,
                        blank=True,
                        on_delete=deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "tax_code",
                    models.ForeignKey(
                        null=True,
                        blank=True,
                        on_delete=deletion.PROTECT,
                        related_name="+",
                        to="clients.taxcode",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, db_default=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(Lower("name"), name="billing_item_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(price_amount__gte=0), name="billing_item_price_not_negative"
                    ),
                ],
            },
        ),
        migrations.AddField(
            "invoiceline",
            "item",
            models.ForeignKey(
                null=True,
                blank=True,
                on_delete=deletion.PROTECT,
                related_name="lines",
                to="billing.catalogueitem",
            ),
        ),
        audited("billing_catalogueitem"),
    ]
