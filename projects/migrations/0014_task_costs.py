"""What a task may cost the firm, and percent complete by cost."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0013_project_contacts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="task",
            name="projects_task_amounts_not_negative",
        ),
        migrations.AddField(
            model_name="task",
            name="budget_cost_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="templatetask",
            name="budget_cost_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AlterField(
            model_name="task",
            name="progress_by",
            field=models.CharField(
                choices=[("HAND", "by hand"), ("HOURS", "by hours"), ("COST", "by cost")],
                db_default="HAND",
                default="HAND",
                max_length=6,
            ),
        ),
        migrations.AlterField(
            model_name="templatetask",
            name="progress_by",
            field=models.CharField(
                choices=[("HAND", "by hand"), ("HOURS", "by hours"), ("COST", "by cost")],
                default="HAND",
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("budget_fee_amount", None), ("budget_fee_amount__gte", 0), _connector="OR"),
                    models.Q(
                        ("budget_expense_amount", None), ("budget_expense_amount__gte", 0), _connector="OR"
                    ),
                    models.Q(("budget_cost_amount", None), ("budget_cost_amount__gte", 0), _connector="OR"),
                ),
                name="projects_task_amounts_not_negative",
            ),
        ),
    ]
