"""Terms of contract lines: fees, caps, percent complete; terms of single tasks; milestones."""

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_budgets"), ("core", "0002_triggers")]

    operations = [
        migrations.CreateModel(
            name="Milestone",
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
                ("planned_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("PLANNED", "Planned"), ("ACHIEVED", "Achieved")],
                        default="PLANNED",
                        max_length=10,
                    ),
                ),
                ("achieved_on", models.DateField(blank=True, null=True)),
                ("evidence", models.CharField(blank=True, max_length=300)),
                ("position", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="TaskTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fee_amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("released_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                (
                    "percent_complete",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
                ),
                ("percent_on", models.DateField(blank=True, null=True)),
                ("cap_amount", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("cap_minutes", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "task terms",
            },
        ),
        migrations.AddField(
            model_name="contractline",
            name="cap_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="cap_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="cap_scope",
            field=models.CharField(
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
        migrations.AddField(
            model_name="contractline",
            name="closed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="excess",
            field=models.CharField(
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
        migrations.AddField(
            model_name="contractline",
            name="fee_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="projects.contractline",
            ),
        ),
        migrations.AddField(
            model_name="contractline",
            name="percent_complete",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="percent_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contractline",
            name="starts_on",
            field=models.DateField(blank=True, null=True),
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
                ],
                default="TIME_AND_MATERIALS",
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.UniqueConstraint(
                fields=("origin", "starts_on"), name="projects_line_start_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on", None),
                    ("starts_on", None),
                    ("closed_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="projects_line_closes_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_amount", None), ("fee_amount__gte", 0), _connector="OR"),
                name="projects_line_fee_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method__in", ["FIXED_FEE", "PERCENT_COMPLETE"]), _negated=True),
                    ("fee_amount__isnull", False),
                    _connector="OR",
                ),
                name="projects_line_has_fee",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("percent_complete", None),
                    models.Q(("percent_complete__gte", 0), ("percent_on__isnull", False)),
                    _connector="OR",
                ),
                name="projects_line_percent_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cap_scope", "LINE"), _negated=True),
                    ("cap_amount__gte", 0),
                    ("cap_minutes__isnull", False),
                    _connector="OR",
                ),
                name="projects_line_has_cap",
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="contract_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="milestones",
                to="projects.contractline",
            ),
        ),
        migrations.AddField(
            model_name="taskterms",
            name="contract_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="task_terms",
                to="projects.contractline",
            ),
        ),
        migrations.AddField(
            model_name="taskterms",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="projects.task"
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("percent", None)),
                    models.Q(("amount", None), ("percent__gt", 0), ("percent__lte", 100)),
                    _connector="OR",
                ),
                name="projects_milestone_has_worth",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("achieved_on", None), ("state", "PLANNED")),
                    models.Q(("achieved_on__isnull", False), ("state", "ACHIEVED")),
                    _connector="OR",
                ),
                name="projects_milestone_achieved_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("trigger", "DAY"), _negated=True),
                    ("planned_on__isnull", False),
                    _connector="OR",
                ),
                name="projects_milestone_of_day_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskterms",
            constraint=models.UniqueConstraint(
                fields=("contract_line", "task"), name="projects_task_terms_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="taskterms",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fee_amount", None), ("fee_amount__gte", 0), _connector="OR"),
                    models.Q(("cap_amount", None), ("cap_amount__gte", 0), _connector="OR"),
                    ("released_amount__gte", 0),
                ),
                name="projects_task_terms_not_negative",
            ),
        ),
        *(audited(table) for table in ("projects_contractline", "projects_taskterms", "projects_milestone")),
    ]
