"""Retainers."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("billing", "0012_methods")]

    operations: ClassVar = []
