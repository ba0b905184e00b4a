"""What templates of projects hold about money: contract lines, milestones, terms of tasks, a rate card."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import core.effective
from core.triggers import audited


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0010_document_design"),
        ("projects", "0014_task_costs"),
    ]

    operations = [
        migrations.CreateModel(
            name="TemplateCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit_minutes", models.PositiveSmallIntegerField(default=60)),
                (
                    "unit",
                    models.CharField(
                        choices=[("HOUR", "An hour"), ("DAY", "A day")], default="HOUR", max_length=4
                    ),
                ),
                (
                    "weekend_factor",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=5, null=True),
                ),
                (
                    "overtime_factor",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=5, null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TemplateLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
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
                ("anchor_day", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "timing",
                    models.CharField(
                        choices=[
                            ("FIRST_DAY", "On the first day of each period"),
                            ("LAST_DAY", "On the last day of each period"),
                        ],
                        db_default="FIRST_DAY",
                        default="FIRST_DAY",
                        max_length=10,
                    ),
                ),
                ("prorates", models.BooleanField(db_default=True, default=True)),
                (
                    "escalator_percent",
                    models.DecimalField(db_default=0, decimal_places=4, default=0, max_digits=7),
                ),
                ("allowance_minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "allowance_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                (
                    "overage_rate_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
                ),
                (
                    "rollover",
                    models.CharField(
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
                ("rollover_minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "rollover_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                ("rollover_periods", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "method",
                    models.CharField(
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
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("fee_amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                (
                    "cap_scope",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No cap"),
                            ("LINE", "This contract line"),
                            ("TASK", "Each task"),
                            ("PO", "The project’s purchase order"),
                        ],
                        db_default="",
                        default="",
                        max_length=10,
                    ),
                ),
                ("cap_amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("cap_minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "excess",
                    models.CharField(
                        choices=[
                            ("SOFT", "Bill it, and warn"),
                            ("HOLD", "Hold it in work in progress"),
                            ("WRITE_OFF", "Write it off"),
                            ("CHANGE_ORDER", "Hold it and propose a change order"),
                        ],
                        db_default="HOLD",
                        default="HOLD",
                        max_length=20,
                    ),
                ),
                (
                    "expense_method",
                    models.CharField(
                        choices=[
                            ("AT_PRICE", "At their price"),
                            ("WITHIN_CAP", "At their price, within the cap of the fees"),
                            ("CAPPED", "At their price, up to a cap of their own"),
                            ("INCLUDED", "Included in the fees"),
                            ("NOT_BILLED", "Not billed"),
                        ],
                        db_default="AT_PRICE",
                        default="AT_PRICE",
                        max_length=10,
                    ),
                ),
                (
                    "expense_cap_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                (
                    "expense_excess",
                    models.CharField(
                        choices=[
                            ("SOFT", "Bill it, and warn"),
                            ("HOLD", "Hold it in work in progress"),
                            ("WRITE_OFF", "Write it off"),
                            ("CHANGE_ORDER", "Hold it and propose a change order"),
                        ],
                        db_default="HOLD",
                        default="HOLD",
                        max_length=20,
                    ),
                ),
                (
                    "expense_detail",
                    models.CharField(
                        choices=[
                            ("CODE", "One line for each expense code"),
                            ("EACH", "One line for each expense"),
                        ],
                        db_default="CODE",
                        default="CODE",
                        max_length=4,
                    ),
                ),
                ("shows_receipts", models.BooleanField(db_default=False, default=False)),
                ("first_period_day", models.SmallIntegerField(blank=True, null=True)),
                ("periods_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("periods_days", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="TemplateMilestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "trigger",
                    models.CharField(
                        choices=[("ACHIEVEMENT", "When it is achieved"), ("DAY", "On its day")],
                        default="ACHIEVEMENT",
                        max_length=12,
                    ),
                ),
                ("amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("percent", models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True)),
                ("planned_day", models.SmallIntegerField(blank=True, null=True)),
                ("position", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="TemplateRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rate_amount", models.DecimalField(decimal_places=4, max_digits=12)),
                ("effective", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "ordering": ["id"],
            },
            bases=(core.effective.Effective, models.Model),
        ),
        migrations.CreateModel(
            name="TemplateTaskTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fee_amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("cap_amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("cap_minutes", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "template task terms",
            },
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="base_letter",
            field=models.CharField(blank=True, db_default="", default="", max_length=1),
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="base_source",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="rounding_minimum_minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="rounding_mode",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="rounding_scope",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="rounding_unit_minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="projecttemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("base_letter", ""), ("base_source", "")),
                    models.Q(
                        ("base_letter__in", ["A", "B", "C", "D", "E"]),
                        ("base_source__in", ["STAFF", "LABOR_CODE"]),
                    ),
                    _connector="OR",
                ),
                name="projects_template_base_is_a_letter",
            ),
        ),
        migrations.AddConstraint(
            model_name="projecttemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rounding_mode", ""), ("rounding_unit_minutes", None)),
                    models.Q(
                        models.Q(("rounding_mode", ""), _negated=True),
                        ("rounding_minimum_minutes__isnull", False),
                        ("rounding_unit_minutes__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="projects_template_rounding_whole",
            ),
        ),
        migrations.AddField(
            model_name="templatecard",
            name="overtime_code",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.laborcode",
            ),
        ),
        migrations.AddField(
            model_name="templatecard",
            name="template",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="card",
                to="projects.projecttemplate",
            ),
        ),
        migrations.AddField(
            model_name="templateline",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="projects.projecttemplate",
            ),
        ),
        migrations.AddField(
            model_name="templatetask",
            name="line",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="tasks",
                to="projects.templateline",
            ),
        ),
        migrations.AddField(
            model_name="templatemilestone",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="milestones",
                to="projects.templateline",
            ),
        ),
        migrations.AddField(
            model_name="templaterate",
            name="card",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rates", to="projects.templatecard"
            ),
        ),
        migrations.AddField(
            model_name="templaterate",
            name="job_title",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.jobtitle",
            ),
        ),
        migrations.AddField(
            model_name="templaterate",
            name="labor_code",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.laborcode",
            ),
        ),
        migrations.AddField(
            model_name="templaterate",
            name="staff",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="templaterate",
            name="task",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="projects.templatetask",
            ),
        ),
        migrations.AddField(
            model_name="templatetaskterms",
            name="task",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="projects.templatetask"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateline",
            constraint=models.UniqueConstraint(
                fields=("template", "position"), name="projects_template_line_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("periods_days", None), ("periods_months", None)),
                    models.Q(("periods_days__isnull", False), ("periods_months__isnull", False)),
                    _connector="OR",
                ),
                name="projects_template_line_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatemilestone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("percent", None)),
                    models.Q(("amount", None), ("percent__gt", 0), ("percent__lte", 100)),
                    _connector="OR",
                ),
                name="projects_template_milestone_worth",
            ),
        ),
        migrations.AddConstraint(
            model_name="templaterate",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate_amount__gte", 0)), name="projects_template_rate_not_negative"
            ),
        ),
        audited("projects_templateline"),
        audited("projects_templatemilestone"),
        audited("projects_templatetaskterms"),
        audited("projects_templatecard"),
        audited("projects_templaterate"),
    ]
