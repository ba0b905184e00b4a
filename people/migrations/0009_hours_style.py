"""How hours look to people who join."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_second_factors")]
    operations = [
        migrations.AddField(
            "legalentity",
            "hours_style",
            models.CharField(
                choices=[("decimal", "1.50"), ("clock", "1:30")],
                db_default="decimal",
                default="decimal",
                max_length=10,
            ),
        ),
    ]
