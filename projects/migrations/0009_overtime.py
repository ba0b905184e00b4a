"""Labor codes of overtime."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_retainers")]
    operations = [
        migrations.AddField("laborcode", "is_overtime", models.BooleanField(db_default=False, default=False)),
    ]
