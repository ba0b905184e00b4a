"""Invoices in review."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_updated_at")]
    operations: list[migrations.operations.base.Operation] = []
