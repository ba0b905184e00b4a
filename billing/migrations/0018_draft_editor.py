"""Nothing: installations have it behind them. What it was meant for stands in 0024."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("billing", "0017_taxes")]
    operations: ClassVar = []
