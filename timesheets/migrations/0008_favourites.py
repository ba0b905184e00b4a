"""Rows that a person keeps at hand."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0007_timers_and_reminders")]
    operations: list[migrations.operations.base.Operation] = []
