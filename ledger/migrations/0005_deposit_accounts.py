"""Deposit accounts."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0004_credit_accounts")]

    operations: ClassVar = []
