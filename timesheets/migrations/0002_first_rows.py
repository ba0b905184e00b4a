"""The firm's rules of time, one row."""

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("timesheets", "TimeRules").objects.create(id=1)


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
