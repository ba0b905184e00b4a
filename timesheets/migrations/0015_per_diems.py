"""Per diems by country and part of a day."""

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0014_more_checks")]
    operations = [
        migrations.AddField(
            "expense",
            "country",
            models.CharField(blank=True, default="", max_length=2),
            preserve_default=False,
        ),
        migrations.AddField(
            "expense",
            "day_part",
            models.CharField(
                choices=[("FULL", "Whole days"), ("PART", "Day of arrival or departure")],
                default="FULL",
                max_length=4,
            ),
        ),
        migrations.CreateModel(
            name="PerDiem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                ("full_amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("part_amount", models.DecimalField(decimal_places=4, max_digits=16)),
                ("starts_on", models.DateField()),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="per_diems",
                        to="timesheets.expensecode",
                    ),
                ),
            ],
            options={
                "ordering": ["country", "-starts_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "country", "starts_on"), name="timesheets_per_diem_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("full_amount__gt", 0),
                            ("part_amount__gte", 0),
                            ("part_amount__lte", models.F("full_amount")),
                        ),
                        name="timesheets_per_diem_part_of_full",
                    ),
                ],
            },
        ),
        audited("timesheets_perdiem"),
    ]
