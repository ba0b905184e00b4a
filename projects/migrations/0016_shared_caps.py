"""Hours of a purchase order, and the budget of the project as a cap."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0015_template_contracts"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="po_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="contractline",
            name="cap_scope",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "No cap"),
                    ("LINE", "This contract line"),
                    ("TASK", "Each task"),
                    ("PO", "The project’s purchase order"),
                    ("PROJECT", "The project’s budget"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="templateline",
            name="cap_scope",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "No cap"),
                    ("LINE", "This contract line"),
                    ("TASK", "Each task"),
                    ("PO", "The project’s purchase order"),
                    ("PROJECT", "The project’s budget"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
    ]
