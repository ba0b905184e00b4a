"""Fees that come again and again, with what each period allows; a milestone's paper, and taking it out of the plan."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projects", "0009_overtime"), ("core", "0002_triggers")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="contractline",
            name="allowance_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="allowance_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="anchor_day",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="escalator_percent",
            field=models.DecimalField(db_default=0, decimal_places=4, default=0, max_digits=7),
        ),
        migrations.AddField(
            model_name="contractline",
            name="first_period_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="frequency",
            field=models.CharField(
                blank=True,
                choices=[
                    ("WEEKLY", "Every week"),
                    ("BIWEEKLY", "Every two weeks"),
                    ("MONTHLY", "Every month"),
                    ("QUARTERLY", "Every three months"),
                    ("SEMIANNUAL", "Every six months"),
                    ("ANNUAL", "Every year"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="contractline",
            name="last_period_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="overage_rate_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="prorates",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="rollover",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing is carried over"),
                    ("CAPPED", "At most so much is carried over"),
                    ("ALL", "All of it is carried over"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="contractline",
            name="rollover_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="rollover_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="rollover_periods",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="timing",
            field=models.CharField(
                choices=[
                    ("FIRST_DAY", "On the first day of each period"),
                    ("LAST_DAY", "On the last day of each period"),
                ],
                db_default="FIRST_DAY",
                default="FIRST_DAY",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="is_removed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="contractline",
            name="method",
            field=models.CharField(
                choices=[
                    ("TIME_AND_MATERIALS", "Time and materials"),
                    ("FIXED_FEE", "Fixed fee"),
                    ("FIXED_FEE_BY_TASK", "Fixed fee by task"),
                    ("PERCENT_COMPLETE", "Fixed fee by percent complete"),
                    ("MILESTONE", "Milestones"),
                    ("RECURRING", "Recurring fee"),
                    ("ALLOWANCE", "Retainer allowance"),
                ],
                default="TIME_AND_MATERIALS",
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method__in", ["RECURRING", "ALLOWANCE"]), _negated=True),
                    models.Q(
                        ("anchor_day__isnull", False),
                        ("fee_amount__isnull", False),
                        ("first_period_on__isnull", False),
                        ("anchor_day__range", (1, 31)),
                        models.Q(("frequency", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="projects_line_has_periods",
                violation_error_message="A fee for each period needs the fee, the first period, how often and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("frequency__in", ["WEEKLY", "BIWEEKLY"]), _negated=True),
                    ("anchor_day__range", (1, 7)),
                    _connector="OR",
                ),
                name="projects_line_has_weekday",
                violation_error_message="For weeks the anchor is a day from 1 (Monday) to 7 (Sunday).",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_period_on", None),
                    ("last_period_on__gte", models.F("first_period_on")),
                    _connector="OR",
                ),
                name="projects_line_periods_end_after_start",
                violation_error_message="The periods end before they begin.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("escalator_percent__gte", 0),
                    models.Q(("overage_rate_amount", None), ("overage_rate_amount__gte", 0), _connector="OR"),
                    models.Q(("rollover_amount", None), ("rollover_amount__gte", 0), _connector="OR"),
                ),
                name="projects_line_recurrence_not_negative",
                violation_error_message="A yearly increase, a price and what is carried over are not below zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "ALLOWANCE"), _negated=True),
                    models.Q(
                        ("allowance_amount", None),
                        ("allowance_minutes__gt", 0),
                        ("overage_rate_amount__isnull", False),
                    ),
                    models.Q(
                        ("allowance_amount__gt", 0),
                        ("allowance_amount__isnull", False),
                        ("allowance_minutes", None),
                    ),
                    _connector="OR",
                ),
                name="projects_line_has_allowance",
                violation_error_message="An allowance is hours with a price for more of them, or money.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rollover", "CAPPED"), _negated=True),
                    ("rollover_minutes__isnull", False),
                    ("rollover_amount__isnull", False),
                    _connector="OR",
                ),
                name="projects_line_has_rollover",
                violation_error_message="Say how much is carried over at most.",
            ),
        ),
    ]
