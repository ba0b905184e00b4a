"""Working patterns from a date on, and public holidays that come from a country's calendar.

Nobody's hours move: `StaffMember.working_pattern` holds from the beginning until the first assignment, of which there
are none yet.
"""

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies = [("people", "0006_department_heads"), ("core", "0002_triggers")]

    operations = [
        migrations.CreateModel(
            name="PatternAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pattern_assignments",
                        to="people.staffmember",
                    ),
                ),
                (
                    "pattern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="people.workingpattern",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on"],
                "constraints": [
                    models.UniqueConstraint(fields=["staff", "starts_on"], name="people_pattern_once_a_day")
                ],
            },
        ),
        migrations.AddField(
            model_name="office",
            name="country",
            field=models.CharField(blank=True, db_default="", max_length=2),
        ),
        migrations.AddField(
            model_name="office",
            name="subdivision",
            field=models.CharField(blank=True, db_default="", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.CheckConstraint(
                condition=models.Q(subdivision="") | ~models.Q(country=""),
                name="people_subdivision_needs_country",
            ),
        ),
        migrations.AddField(
            model_name="holiday",
            name="calendar_name",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="holiday", name="calendar_on", field=models.DateField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            model_name="holiday",
            constraint=models.CheckConstraint(
                condition=models.Q(calendar_name="", calendar_on=None)
                | (~models.Q(calendar_name="") & models.Q(calendar_on__isnull=False)),
                name="people_holiday_calendar_whole",
            ),
        ),
        migrations.CreateModel(
            name="HolidayLeftOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holidays_left_out",
                        to="people.office",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=["office", "name"], name="people_holiday_left_out_once")
                ],
            },
        ),
        audited("people_patternassignment"),
        audited("people_holidayleftout"),
    ]
