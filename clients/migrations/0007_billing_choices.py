"""A client that wants one invoice for all its projects."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("clients", "0006_merging")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="client",
            name="is_billed_together",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
