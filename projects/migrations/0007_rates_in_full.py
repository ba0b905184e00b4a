"""Rates in full: letters, units and multipliers of cards, cost rates, rounding; who may see what work costs."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models

from core.triggers import audited

VIEW_COSTS, MANAGE_COSTS = "projects.view_costs", "projects.manage_costs"
ROLES = ("Owner", "Finance")


def grant(apps, schema_editor):
    """Owners and finance see and set what work costs; nobody else until a role says so."""
    for role in apps.get_model("people", "Role").objects.filter(is_builtin=True, name__in=ROLES):
        role.rights = sorted({*role.rights, VIEW_COSTS, MANAGE_COSTS})
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0006_contract_terms"),
        ("clients", "0004_updated_at"),
        ("core", "0002_triggers"),
        ("people", "0004_promises"),
    ]

    operations = [
        migrations.CreateModel(
            name="CostRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cost_amount", models.DecimalField(decimal_places=4, max_digits=12)),
                ("effective", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="ProjectBase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("STAFF", "The person's rate"), ("LABOR_CODE", "The labor code's rate")],
                        max_length=10,
                    ),
                ),
                (
                    "letter",
                    models.CharField(
                        choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), ("E", "E")], max_length=1
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoundingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit_minutes", models.PositiveSmallIntegerField(default=1)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("NONE", "Not rounded"),
                            ("UP", "Up"),
                            ("NEAREST", "To the nearest"),
                            ("DOWN", "Down"),
                        ],
                        default="NONE",
                        max_length=10,
                    ),
                ),
                ("minimum_minutes", models.PositiveSmallIntegerField(default=0)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("ENTRY", "Each entry"),
                            ("DAY", "Each person's day on a task"),
                            ("LINE", "Each line of the invoice"),
                        ],
                        default="ENTRY",
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="ratecard",
            name="projects_card_scope_fits",
        ),
        migrations.AddField(
            model_name="ratecard",
            name="letter",
            field=models.CharField(
                blank=True,
                choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), ("E", "E")],
                db_default="",
                max_length=1,
            ),
        ),
        migrations.AddField(
            model_name="ratecard",
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
            model_name="ratecard",
            name="overtime_factor",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name="ratecard",
            name="unit",
            field=models.CharField(
                choices=[("HOUR", "An hour"), ("DAY", "A day")],
                db_default="HOUR",
                default="HOUR",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="ratecard",
            name="unit_minutes",
            field=models.PositiveSmallIntegerField(db_default=60, default=60),
        ),
        migrations.AddField(
            model_name="ratecard",
            name="weekend_factor",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=5, null=True),
        ),
        migrations.AlterField(
            model_name="ratecard",
            name="scope",
            field=models.CharField(
                choices=[
                    ("FIRM", "Whole firm"),
                    ("CLIENT", "One client"),
                    ("PROJECT", "One project"),
                    ("LETTER", "Projects that take a letter as their base"),
                ],
                default="FIRM",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client", None), ("letter", ""), ("project", None), ("scope", "FIRM")),
                    models.Q(
                        ("client__isnull", False), ("letter", ""), ("project", None), ("scope", "CLIENT")
                    ),
                    models.Q(
                        ("client", None), ("letter", ""), ("project__isnull", False), ("scope", "PROJECT")
                    ),
                    models.Q(
                        ("client", None),
                        ("letter__in", ["A", "B", "C", "D", "E"]),
                        ("project", None),
                        ("scope", "LETTER"),
                    ),
                    _connector="OR",
                ),
                name="projects_card_scope_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("scope", "LETTER")),
                fields=("letter", "currency"),
                name="projects_one_letter_card",
                violation_error_message="There is already a card of this letter in this currency.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unit", "HOUR"), ("unit_minutes", 60)),
                    models.Q(("unit", "DAY"), ("unit_minutes__gte", 60), ("unit_minutes__lte", 1440)),
                    _connector="OR",
                ),
                name="projects_card_unit_fits",
                violation_error_message="A day has between 1 and 24 hours.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("weekend_factor", None), ("weekend_factor__gt", 0), _connector="OR"),
                    models.Q(("overtime_factor", None), ("overtime_factor__gt", 0), _connector="OR"),
                ),
                name="projects_card_factors_positive",
                violation_error_message="A multiplier is above zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("overtime_code", None), ("overtime_factor", None)),
                    models.Q(("overtime_code__isnull", False), ("overtime_factor__isnull", False)),
                    _connector="OR",
                ),
                name="projects_card_overtime_code",
                violation_error_message="Say under which labor code overtime is recorded, and its multiplier.",
            ),
        ),
        migrations.AddField(
            model_name="costrate",
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
            model_name="costrate",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.project",
            ),
        ),
        migrations.AddField(
            model_name="costrate",
            name="staff",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cost_rates",
                to="people.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="costrate",
            name="task",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.task",
            ),
        ),
        migrations.AddField(
            model_name="projectbase",
            name="project",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="rate_base", to="projects.project"
            ),
        ),
        migrations.AddField(
            model_name="roundingrule",
            name="client",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rounding",
                to="clients.client",
            ),
        ),
        migrations.AddField(
            model_name="roundingrule",
            name="project",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rounding",
                to="projects.project",
            ),
        ),
        migrations.AddConstraint(
            model_name="costrate",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("staff"), models.Value(0), output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("project"), models.Value(0), output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("task"), models.Value(0), output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("labor_code"), models.Value(0), output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    (models.F("effective"), "&&"),
                ],
                name="projects_costs_do_not_overlap",
                violation_error_message="This cost rate overlaps another one for the same people and work.",
            ),
        ),
        migrations.AddConstraint(
            model_name="costrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_amount__gte", 0)),
                name="projects_cost_not_negative",
                violation_error_message="A cost rate cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="costrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("effective__startswith__isnull", False), ("effective__isempty", False)),
                name="projects_cost_has_start",
                violation_error_message="A cost rate needs the date from which it applies.",
            ),
        ),
        migrations.AddConstraint(
            model_name="costrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("task", None), ("project__isnull", False), _connector="OR"),
                name="projects_cost_task_has_project",
                violation_error_message="A cost rate for a task names its project too.",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectbase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("letter__in", ["A", "B", "C", "D", "E"]), ("source__in", ["STAFF", "LABOR_CODE"])
                ),
                name="projects_base_is_a_letter",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("client", None), ("project", None), _connector="OR"),
                name="projects_rounding_for_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundingrule",
            constraint=models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(("client", None), ("project", None)),
                name="projects_one_firm_rounding",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit_minutes__in", [1, 5, 6, 10, 15, 30])),
                name="projects_rounding_unit",
                violation_error_message="Rounding goes by 1, 5, 6, 10, 15 or 30 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum_minutes__lte", 1440)),
                name="projects_rounding_minimum",
                violation_error_message="The least that is billed is at most a day.",
            ),
        ),
        audited("projects_projectbase"),
        audited("projects_costrate"),
        audited("projects_roundingrule"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
