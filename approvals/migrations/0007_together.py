"""Policies that ask all of their steps at once."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("approvals", "0006_exceptions")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="policy",
            name="is_together",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
