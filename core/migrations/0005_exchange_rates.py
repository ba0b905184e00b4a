"""Exchange rates by day."""

import django.db.models.functions.datetime
from django.db import migrations, models

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies = [("core", "0004_touched_rows")]

    operations = [
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("base", models.CharField(max_length=3)),
                ("quote", models.CharField(max_length=3)),
                ("on", models.DateField()),
                ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
                ("source", models.CharField(max_length=120)),
                ("entered_by_name", models.CharField(blank=True, max_length=160)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["-on", "base", "quote"],
                "constraints": [
                    models.UniqueConstraint(fields=("base", "quote", "on"), name="core_exchange_rate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="core_exchange_rate_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("base__regex", "^[A-Z]{3}$"),
                            ("quote__regex", "^[A-Z]{3}$"),
                            models.Q(("base", models.F("quote")), _negated=True),
                        ),
                        name="core_exchange_rate_of_two",
                    ),
                ],
            },
        ),
        audited("core_exchangerate"),
    ]
