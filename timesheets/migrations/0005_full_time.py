"""Periods, columns and rules of time; two notes, classes and times of the day on a line."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited

# As before, with the new columns; whoever may enter in closed periods says so for the transaction, with a reason.
REFUSE_LOCKED = """
CREATE OR REPLACE FUNCTION timesheets_refuse_locked_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    locked date;
    refused date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(timesheets_lock_key());
    SELECT locked_through INTO locked FROM timesheets_timerules WHERE id = 1;
    IF locked IS NULL OR current_setting('psa.enters_closed', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT min(worked_on) INTO refused FROM new_rows WHERE worked_on <= locked;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT min(worked_on) INTO refused FROM old_rows WHERE worked_on <= locked;
    ELSE
        SELECT min(least(before.worked_on, after.worked_on)) INTO refused
        FROM old_rows before JOIN new_rows after ON after.id = before.id
        WHERE least(before.worked_on, after.worked_on) <= locked
            AND (before.staff_id, before.project_id, before.task_id, before.labor_code_id, before.worked_on,
                 before.worked_minutes, before.billable_minutes, before.is_billable, before.note,
                 before.internal_note, before.work_class_id, before.starts_at, before.ends_at)
                IS DISTINCT FROM
                (after.staff_id, after.project_id, after.task_id, after.labor_code_id, after.worked_on,
                 after.worked_minutes, after.billable_minutes, after.is_billable, after.note,
                 after.internal_note, after.work_class_id, after.starts_at, after.ends_at);
    END IF;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION 'time on % is locked', refused
            USING ERRCODE = '23514', CONSTRAINT = 'timesheets_day_is_locked', TABLE = TG_TABLE_NAME,
                DETAIL = to_char(refused, 'Dy FMDD Mon');
    END IF;
    RETURN NULL;
END
$$;
"""

# A warning where something is probably wrong; the required note blocks, as it always did.
FIRST_RULES = [
    ("DAY_HOURS", "WARN", 720),
    ("WEEK_SHORT", "WARN", None),
    ("WEEK_OVER", "WARN", 3600),
    ("NOTE_MISSING", "BLOCK", None),
    ("OVER_BUDGET", "WARN", None),
    ("OVERLAP", "WARN", None),
    ("HOLIDAY_WORK", "WARN", None),
]


def add_rules(apps, schema_editor):
    for kind, severity, limit in FIRST_RULES:
        apps.get_model("timesheets", "SubmitRule").objects.create(
            kind=kind, severity=severity, limit_minutes=limit
        )


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_department_heads"),
        ("projects", "0004_classes_and_notes"),
        ("timesheets", "0004_updated_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubmitRule",
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
                            ("DAY_HOURS", "More hours in a day than"),
                            ("WEEK_SHORT", "Fewer hours than required, after leave and holidays"),
                            ("WEEK_OVER", "More hours in a week than"),
                            ("NOTE_MISSING", "A required note is missing"),
                            ("OVER_BUDGET", "A task is over its budget"),
                            ("OVERLAP", "Times of two lines overlap"),
                            ("HOLIDAY_WORK", "Work on a public holiday or on leave"),
                        ],
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("OFF", "Off"), ("WARN", "Warn"), ("BLOCK", "Block")],
                        default="WARN",
                        max_length=5,
                    ),
                ),
                ("limit_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="timeentry",
            name="ends_at",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="timeentry",
            name="internal_note",
            field=models.CharField(blank=True, db_default="", max_length=1000),
        ),
        migrations.AddField(
            model_name="timeentry",
            name="starts_at",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="timeentry",
            name="work_class",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="time_entries",
                to="projects.workclass",
            ),
        ),
        migrations.AddField(
            model_name="timerules",
            name="biweekly_from",
            field=models.DateField(default=datetime.date(2024, 1, 1)),
        ),
        migrations.AddField(
            model_name="timerules",
            name="grace_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="timerules",
            name="is_dcaa",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="timerules",
            name="note_min_length",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="timerules",
            name="notes_checked",
            field=models.CharField(
                choices=[("SAVE", "when a line is saved"), ("SUBMIT", "when time is submitted")],
                default="SUBMIT",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="timerules",
            name="period_kind",
            field=models.CharField(
                choices=[
                    ("WEEKLY", "Every week"),
                    ("BIWEEKLY", "Every two weeks"),
                    ("SEMI_MONTHLY", "Twice a month (1st to 15th, 16th to the end)"),
                    ("MONTHLY", "Every month"),
                ],
                default="WEEKLY",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="timerules",
            name="shows_billable",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="timerules",
            name="shows_budget",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="timerules",
            name="shows_class",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="timerules",
            name="shows_labor_code",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="timerules",
            name="shows_times",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="timeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends_at", None), ("starts_at", None)),
                    models.Q(
                        ("ends_at__gt", models.F("starts_at")),
                        ("ends_at__isnull", False),
                        ("starts_at__isnull", False),
                    ),
                    models.Q(("ends_at", datetime.time(0, 0)), ("starts_at__isnull", False)),
                    _connector="OR",
                ),
                name="timesheets_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="submitrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["DAY_HOURS", "WEEK_OVER"]), _negated=True),
                    ("limit_minutes__gt", 0),
                    _connector="OR",
                ),
                name="timesheets_rule_has_limit",
            ),
        ),
        migrations.RunSQL(REFUSE_LOCKED),
        audited("timesheets_submitrule"),
        migrations.RunPython(add_rules, migrations.RunPython.noop),
    ]
