"""Payment terms that every firm begins with."""

from django.db import migrations


def add(apps, schema_editor):
    terms = apps.get_model("clients", "PaymentTerms")
    for name, days in (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 45", 45), ("Net 60", 60)):
        terms.objects.create(name=name, net_days=days, is_default=days == 30)


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
