"""Credit accounts."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0003_promises")]

    operations: ClassVar = []
