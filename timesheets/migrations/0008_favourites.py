"""Rows that a person keeps at hand."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


def key(to: str) -> models.ForeignKey:
    return models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0004_classes_and_notes"),
        ("timesheets", "0007_timers_and_reminders"),
    ]

    operations = [
        migrations.CreateModel(
            name="FavouriteRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_billable", models.BooleanField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("labor_code", key("projects.laborcode")),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="favourite_rows",
                        to="people.staffmember",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="projects.task"
                    ),
                ),
                ("work_class", key("projects.workclass")),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["staff", "task", "labor_code", "work_class", "is_billable"],
                        name="timesheets_favourite_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
