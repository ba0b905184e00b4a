"""From when on a timer's unwritten minutes ran without a break: the start of a line with times."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0011_reminded_groups")]
    operations = [
        migrations.AddField("timer", "unwritten_since", models.DateTimeField(blank=True, null=True)),
    ]
