"""A step may be asked only about what is beyond the limits of its own room."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0005_first_policies")]

    operations = [
        migrations.AddField(
            model_name="step",
            name="is_for_exceptions",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
