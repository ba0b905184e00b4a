"""Decisions and certifications are kept as they were made."""

from django.db import migrations

from core.triggers import append_only, audited


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_first_rows"), ("core", "0002_triggers")]
    operations = [
        append_only("approvals_decision"),
        append_only("approvals_certification"),
        audited("approvals_request"),
    ]
