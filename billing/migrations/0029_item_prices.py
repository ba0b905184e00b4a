"""Prices of items from a day on; of one item no two hold on a day."""

from typing import ClassVar

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies: ClassVar = [("billing", "0028_shared_caps"), ("core", "0002_triggers")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ItemPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("effective", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("price_amount", models.DecimalField(decimal_places=4, max_digits=12)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prices",
                        to="billing.catalogueitem",
                    ),
                ),
            ],
            options={
                "ordering": ["item", "effective"],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[(models.F("item"), "="), (models.F("effective"), "&&")],
                        name="billing_item_prices_do_not_overlap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective__isempty", False), ("effective__startswith__isnull", False)
                        ),
                        name="billing_item_price_has_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price_amount__gte", 0)),
                        name="billing_dated_price_not_negative",
                    ),
                ],
            },
        ),
        audited("billing_itemprice"),
    ]
