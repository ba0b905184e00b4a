"""A role or department that a reminder rule names cannot be removed under it. The tables stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


def link(name: str, table: str, to: str, field: str) -> migrations.CreateModel:
    """The state of a table that the many-to-many field has made already."""
    key = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
    rule = models.ForeignKey(
        db_column="reminderrule_id",
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="timesheets.reminderrule",
    )
    named = models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to)
    return migrations.CreateModel(
        name=name,
        fields=[("id", key), ("rule", rule), (field, named)],
        options={"verbose_name": "reminder rule", "db_table": table, "unique_together": {("rule", field)}},
    )


def through(field: str, to: str, model: str) -> migrations.AlterField:
    return migrations.AlterField(
        "reminderrule", field, models.ManyToManyField(blank=True, related_name="+", through=model, to=to)
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0008_second_factors"), ("timesheets", "0010_decision_rights")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                link("RemindedRole", "timesheets_reminderrule_roles", "people.role", "role"),
                link(
                    "RemindedDepartment",
                    "timesheets_reminderrule_departments",
                    "people.department",
                    "department",
                ),
                through("roles", "people.role", "timesheets.RemindedRole"),
                through("departments", "people.department", "timesheets.RemindedDepartment"),
            ]
        )
    ]
