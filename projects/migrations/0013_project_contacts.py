"""Contacts with a role on one project."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import deletion

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("projects", "0012_payers"),
        ("clients", "0006_merging"),
        ("core", "0002_triggers"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            "ProjectContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        max_length=2, choices=[("TO", "Gets its invoices"), ("CC", "Gets copies")]
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=deletion.PROTECT, related_name="projects", to="clients.contact"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=deletion.CASCADE, related_name="contacts", to="projects.project"
                    ),
                ),
            ],
            options={"ordering": ["-role", "contact__name"]},
        ),
        migrations.AddConstraint(
            "projectcontact",
            models.UniqueConstraint(fields=["project", "contact"], name="projects_contact_once"),
        ),
        audited("projects_projectcontact"),
    ]
