"""The clock that reminders of a client go by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0007_billing_choices")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="time_zone",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
