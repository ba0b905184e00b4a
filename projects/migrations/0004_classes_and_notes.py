"""Classes for accounting; projects, tasks and labor codes may ask for notes."""

from django.db import migrations, models

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0003_updated_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name_plural": "work classes",
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="laborcode",
            name="requires_notes",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="project",
            name="requires_notes",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="task",
            name="requires_notes",
            field=models.BooleanField(db_default=False, default=False),
        ),
        audited("projects_workclass"),
    ]
