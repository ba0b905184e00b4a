"""A rate may be for a day, or set on a line alone; who may set it."""

from django.db import migrations, models

SET_RATE = "timesheets.set_rate"
ROLES = ("Owner", "Finance")


def grant(apps, schema_editor):
    """Owners and finance set the rate of a line; nobody else until a role says so."""
    for role in apps.get_model("people", "Role").objects.filter(is_builtin=True, name__in=ROLES):
        role.rights = sorted({*role.rights, SET_RATE})
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [("people", "0004_promises"), ("timesheets", "0012_timer_runs")]

    operations = [
        migrations.AddField(
            "timeentry", "rate_minutes", models.PositiveSmallIntegerField(default=60, db_default=60)
        ),
        migrations.AddField(
            "timeentry", "has_own_rate", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddConstraint(
            "timeentry",
            models.CheckConstraint(
                condition=models.Q(rate_minutes__gte=60, rate_minutes__lte=1440)
                & (models.Q(has_own_rate=False) | models.Q(rate_amount__isnull=False)),
                name="timesheets_rate_fits",
            ),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
