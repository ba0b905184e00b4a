"""Budgets."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projects", "0004_classes_and_notes")]

    operations: ClassVar = []
