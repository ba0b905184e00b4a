"""Work of a locked day may be dated to the first open day; its own day is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0015_per_diems")]
    operations = [
        migrations.AddField("timerules", "dates_late", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("timeentry", "original_on", models.DateField(blank=True, null=True)),
    ]
