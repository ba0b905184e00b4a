"""Locks by hand and by grace days apart, signatures of submissions, who entered time for whom, two rights."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

from core.triggers import append_only

ENTER, MANAGE = "timesheets.enter_in_closed", "timesheets.manage_rules"
GRANTED = {"Owner": [ENTER, MANAGE], "Finance": [ENTER, MANAGE], "Administrator": [MANAGE]}


def grant(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(is_builtin=True, name__in=GRANTED):
        role.rights = sorted({*role.rights, *GRANTED[role.name]})
        role.save(update_fields=["rights"])


def keep_locks(apps, schema_editor):
    """What was locked until now was locked by hand."""
    apps.get_model("timesheets", "TimeRules").objects.update(locked_by_hand_through=F("locked_through"))


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0003_triggers"),
        ("people", "0006_department_heads"),
        ("timesheets", "0008_favourites"),
    ]

    operations = [
        migrations.AddField(
            model_name="timerules",
            name="locked_by_hand_through",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="timerules",
            name="locked_by_grace_through",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="timerules",
            name="signs_submit",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="timeentry",
            name="entered_by_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.CreateModel(
            name="SignedSubmission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                (
                    "entry_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.certification",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signed_submissions",
                        to="people.staffmember",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["staff", "first_on"], name="timesheets_signed")],
            },
        ),
        append_only("timesheets_signedsubmission"),
        migrations.RunPython(keep_locks, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
