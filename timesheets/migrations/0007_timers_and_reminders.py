"""Timers, and who was reminded of what."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0006_expenses")]
    operations: list[migrations.operations.base.Operation] = []
