"""Labor codes of overtime."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_rates_in_full")]
    operations = [
        migrations.AddField("laborcode", "is_overtime", models.BooleanField(db_default=False, default=False)),
    ]
