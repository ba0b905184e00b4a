"""The firm's rules of billing, one row."""

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("billing", "BillingRules").objects.create(id=1)


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
