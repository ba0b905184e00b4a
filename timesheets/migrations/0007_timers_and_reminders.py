"""Timers, and who was reminded of what."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from core.triggers import audited


def begin(apps, schema_editor):
    """Reminders that a firm can live with: on the day time is due, and twice more while it is missing."""
    apps.get_model("timesheets", "ReminderSettings").objects.create(id=1)
    rule = apps.get_model("timesheets", "ReminderRule")
    rule.objects.create(moment="ON", days=0, hour=9, times=1, look_back_weeks=0)
    rule.objects.create(moment="AFTER", days=1, hour=9, times=2, look_back_weeks=1)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_calendars"),
        ("timesheets", "0006_expenses"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_after_days", models.PositiveSmallIntegerField(default=1)),
                ("sends_digest", models.BooleanField(default=True)),
                ("digest_after_days", models.PositiveSmallIntegerField(default=2)),
                ("digest_hour", models.PositiveSmallIntegerField(default=9)),
                ("sends_approvals", models.BooleanField(default=True)),
                ("approvals_hour", models.PositiveSmallIntegerField(default=8)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="timesheets_one_reminder_settings_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approvals_hour__lte", 23), ("digest_hour__lte", 23)),
                        name="timesheets_digest_at_an_hour",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("MISSING", "Missing time"),
                            ("DIGEST", "Missing time of the team"),
                            ("APPROVALS", "New to approve"),
                            ("OVERDUE", "Waiting for long"),
                            ("ESCALATED", "Handed up"),
                        ],
                        max_length=9,
                    ),
                ),
                ("period_first", models.DateField()),
                ("day", models.DateField()),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="people.staffmember",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-created_at"], name="timesheets_reminded_lately")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "staff", "period_first", "day"), name="timesheets_reminded_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "MISSING")),
                        fields=("staff", "day"),
                        name="timesheets_reminded_once_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "moment",
                    models.CharField(
                        choices=[
                            ("BEFORE", "Before it is due"),
                            ("ON", "On the day it is due"),
                            ("AFTER", "After it was due"),
                        ],
                        default="ON",
                        max_length=6,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=0)),
                ("hour", models.PositiveSmallIntegerField(default=9)),
                ("times", models.PositiveSmallIntegerField(default=1)),
                ("threshold_percent", models.PositiveSmallIntegerField(default=100)),
                (
                    "counts",
                    models.CharField(
                        choices=[("RECORDED", "recorded"), ("SUBMITTED", "submitted")],
                        default="RECORDED",
                        max_length=9,
                    ),
                ),
                ("look_back_weeks", models.PositiveSmallIntegerField(default=0)),
                ("grace_days", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("departments", models.ManyToManyField(blank=True, related_name="+", to="people.department")),
                ("roles", models.ManyToManyField(blank=True, related_name="+", to="people.role")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23)), name="timesheets_reminder_at_an_hour"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__lte", 30), ("times__gte", 1), ("times__lte", 30)),
                        name="timesheets_reminder_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("days", 0), ("moment", "ON")),
                            models.Q(models.Q(("moment", "ON"), _negated=True), ("days__gte", 1)),
                            _connector="OR",
                        ),
                        name="timesheets_reminder_has_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("moment", "BEFORE"), _negated=True),
                            ("times__lte", models.F("days")),
                            _connector="OR",
                        ),
                        name="timesheets_reminder_before_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold_percent__gte", 1), ("threshold_percent__lte", 100)),
                        name="timesheets_reminder_threshold",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grace_days__lte", 14), ("look_back_weeks__lte", 12)),
                        name="timesheets_reminder_looks_back",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_billable", models.BooleanField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("worked_on", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("running_since", models.DateTimeField(blank=True, null=True)),
                ("seconds", models.IntegerField(db_default=0, default=0)),
                ("written_minutes", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("refusal", models.CharField(blank=True, max_length=400)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="timesheets.timeentry",
                    ),
                ),
                (
                    "labor_code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.laborcode",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="timers",
                        to="people.staffmember",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.task",
                    ),
                ),
                (
                    "work_class",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.workclass",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["staff", "worked_on"], name="timesheets_timers_of_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("running_since__isnull", False)),
                        fields=("staff",),
                        name="timesheets_one_timer_runs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seconds__gte", -30)), name="timesheets_timer_counts_up"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("task__isnull", False),
                            models.Q(
                                ("is_billable", None),
                                ("labor_code", None),
                                ("work_class", None),
                                ("written_minutes", 0),
                            ),
                            _connector="OR",
                        ),
                        name="timesheets_timer_code_has_task",
                    ),
                ],
            },
        ),
        audited("timesheets_remindersettings"),
        audited("timesheets_reminderrule"),
        audited("timesheets_reminderrule_roles"),
        audited("timesheets_reminderrule_departments"),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
