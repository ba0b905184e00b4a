"""Retainers."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projects", "0007_rates_in_full")]

    operations: ClassVar = []
