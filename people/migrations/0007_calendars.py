"""Working patterns with dates, public holidays by calendar."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0006_department_heads")]
    operations: list[migrations.operations.base.Operation] = []
