"""Checks of regular hours and of what was closed; quarters as periods."""

from django.db import migrations, models

NAME = "timesheets_rule_has_limit"
KINDS = [
    ("DAY_HOURS", "More hours in a day than"),
    ("WEEK_SHORT", "Fewer hours than required, after leave and holidays"),
    ("WEEK_OVER", "More hours in a week than"),
    ("OVERTIME", "More regular hours in a week than"),
    ("NOTE_MISSING", "A required note is missing"),
    ("OVER_BUDGET", "A task is over its budget"),
    ("OVERLAP", "Times of two lines overlap"),
    ("HOLIDAY_WORK", "Work on a public holiday or on leave"),
    ("CLOSED", "The project or task is closed, or the labor code is not offered"),
]
PERIODS = [
    ("WEEKLY", "Every week"),
    ("BIWEEKLY", "Every two weeks"),
    ("SEMI_MONTHLY", "Twice a month (1st to 15th, 16th to the end)"),
    ("MONTHLY", "Every month"),
    ("QUARTERLY", "Every quarter"),
]


def add_rules(apps, schema_editor):
    """Off where nobody asked for it: overtime is not a matter of every firm."""
    rules = apps.get_model("timesheets", "SubmitRule").objects
    rules.create(kind="OVERTIME", severity="OFF", limit_minutes=2400)
    rules.create(kind="CLOSED", severity="WARN")


def remove_rules(apps, schema_editor):
    apps.get_model("timesheets", "SubmitRule").objects.filter(kind__in=["OVERTIME", "CLOSED"]).delete()


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0013_rate_units"), ("projects", "0009_overtime")]
    operations = [
        migrations.AlterField(
            "submitrule", "kind", models.CharField(choices=KINDS, max_length=12, unique=True)
        ),
        migrations.AlterField(
            "timerules",
            "period_kind",
            models.CharField(choices=PERIODS, default="WEEKLY", max_length=12),
        ),
        migrations.RunPython(add_rules, remove_rules),
        migrations.RemoveConstraint("submitrule", NAME),
        migrations.AddConstraint(
            "submitrule",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["DAY_HOURS", "WEEK_OVER", "OVERTIME"]), _negated=True),
                    ("limit_minutes__gt", 0),
                    _connector="OR",
                ),
                name=NAME,
            ),
        ),
    ]
