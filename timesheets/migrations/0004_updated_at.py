"""The instant of the latest change of a line is kept by the database."""

from django.db import migrations, models
from django.db.models.functions import Now

from core.triggers import touched


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0003_triggers"), ("core", "0004_touched_rows")]

    operations = [
        migrations.AlterField("timeentry", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddIndex(
            "timeentry", models.Index(fields=["updated_at", "id"], name="timesheets_changed")
        ),
        touched("timesheets_timeentry"),
    ]
