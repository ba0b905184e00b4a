"""Expenses, their codes, reports and receipts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0005_full_time")]
    operations: list[migrations.operations.base.Operation] = []
