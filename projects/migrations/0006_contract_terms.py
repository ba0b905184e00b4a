"""Contract terms."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projects", "0005_budgets")]

    operations: ClassVar = []
