"""Rates in full."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projects", "0006_contract_terms")]

    operations: ClassVar = []
