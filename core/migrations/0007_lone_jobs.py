"""Jobs of which no second one of their kind runs at once."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0006_mail_delivery")]
    operations: ClassVar = [
        migrations.AddField("job", "is_alone", models.BooleanField(db_default=False, default=False)),
        migrations.AddConstraint(
            "job",
            models.UniqueConstraint(
                condition=models.Q(("is_alone", True), ("state__in", ["QUEUED", "RUNNING"])),
                fields=("kind",),
                name="core_job_alone",
            ),
        ),
    ]
