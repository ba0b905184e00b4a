"""Roles may ask for a second step at sign-in; who adds and removes one is written down, never the secret itself."""

from django.db import migrations, models

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_calendars"),
        ("core", "0002_triggers"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.AddField(
            model_name="role",
            name="requires_second_factor",
            field=models.BooleanField(db_default=False, default=False),
        ),
        audited("mfa_authenticator", ignore=("last_used_at",), redact=("data",)),
    ]
