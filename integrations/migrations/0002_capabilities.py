"""What a connected account may do, as the vendor names it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="connection",
            name="capabilities",
            field=models.JSONField(blank=True, default=list),
        )
    ]
