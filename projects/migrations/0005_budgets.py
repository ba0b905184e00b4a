"""Tasks in a tree, budgets of projects and tasks, change orders, percent complete, templates, the firm's own labels."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import projects.models.budgets
from core.triggers import append_only, audited

# The way to a task is written here and nowhere else, whoever moves or renames what stands above it. A move locks the
# project first, so that two moves at once cannot make a circle of tasks between them.
TREE = """
CREATE FUNCTION projects_place_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above projects_task%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.project_id <> OLD.project_id
        AND EXISTS (SELECT 1 FROM projects_task WHERE parent_id = NEW.id) THEN
        RAISE EXCEPTION 'the parts of a task stay in its project'
            USING ERRCODE = '23514', CONSTRAINT = 'projects_task_parent_same_project';
    END IF;
    IF NEW.parent_id IS NULL THEN
        NEW.parent_path := '';
        NEW.depth := 0;
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' OR NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
        PERFORM 1 FROM projects_project WHERE id = NEW.project_id FOR NO KEY UPDATE;
        IF EXISTS (
            WITH RECURSIVE above_it AS (
                SELECT id, parent_id FROM projects_task WHERE id = NEW.parent_id
                UNION
                SELECT task.id, task.parent_id FROM projects_task task JOIN above_it ON task.id = above_it.parent_id
            )
            SELECT 1 FROM above_it WHERE id = NEW.id
        ) OR NEW.parent_id = NEW.id THEN
            RAISE EXCEPTION 'a task cannot be a part of itself'
                USING ERRCODE = '23514', CONSTRAINT = 'projects_task_no_circle';
        END IF;
    END IF;
    SELECT * INTO above FROM projects_task WHERE id = NEW.parent_id;
    IF above.id IS NULL OR above.project_id <> NEW.project_id THEN
        RAISE EXCEPTION 'a task and its parts are of one project'
            USING ERRCODE = '23514', CONSTRAINT = 'projects_task_parent_same_project';
    END IF;
    NEW.parent_path := CASE above.parent_path WHEN '' THEN '' ELSE above.parent_path || ' › ' END || above.name;
    NEW.depth := above.depth + 1;
    RETURN NEW;
END
$$;
CREATE FUNCTION projects_carry_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE projects_task SET parent_path = parent_path WHERE parent_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER projects_task_place BEFORE INSERT OR UPDATE OF project_id, parent_id, parent_path, depth
    ON projects_task FOR EACH ROW EXECUTE FUNCTION projects_place_task();
CREATE TRIGGER projects_task_carry AFTER UPDATE OF name, parent_id, parent_path, depth ON projects_task
    FOR EACH ROW WHEN (
        OLD.name IS DISTINCT FROM NEW.name OR OLD.parent_path IS DISTINCT FROM NEW.parent_path
        OR OLD.depth IS DISTINCT FROM NEW.depth
    ) EXECUTE FUNCTION projects_carry_path();
"""
NO_TREE = """
DROP TRIGGER projects_task_carry ON projects_task;
DROP TRIGGER projects_task_place ON projects_task;
DROP FUNCTION projects_carry_path();
DROP FUNCTION projects_place_task();
"""
LABELS = """
CREATE FUNCTION projects_check_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM projects_projectlabel label
        JOIN (VALUES (NEW.type_id, 'TYPE'), (NEW.status_id, 'STATUS'), (NEW.category_id, 'CATEGORY')) wanted (id, kind)
            ON label.id = wanted.id AND label.kind <> wanted.kind
    ) THEN
        RAISE EXCEPTION 'a label stands where its kind belongs'
            USING ERRCODE = '23514', CONSTRAINT = 'projects_label_fits';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION projects_keep_label_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a label keeps its kind'
        USING ERRCODE = '23514', CONSTRAINT = 'projects_label_keeps_kind';
END
$$;
CREATE TRIGGER projects_project_labels BEFORE INSERT OR UPDATE OF type_id, status_id, category_id
    ON projects_project FOR EACH ROW
    WHEN (NEW.type_id IS NOT NULL OR NEW.status_id IS NOT NULL OR NEW.category_id IS NOT NULL)
    EXECUTE FUNCTION projects_check_labels();
CREATE TRIGGER projects_label_kind BEFORE UPDATE OF kind ON projects_projectlabel
    FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION projects_keep_label_kind();
"""
NO_LABELS = """
DROP TRIGGER projects_label_kind ON projects_projectlabel;
DROP TRIGGER projects_project_labels ON projects_project;
DROP FUNCTION projects_keep_label_kind();
DROP FUNCTION projects_check_labels();
"""
AUDITED = (
    "projects_projectlabel", "projects_projectrules", "projects_changeorder", "projects_changeorderline",
    "projects_taskassignee", "projects_budgetcrossing", "projects_projecttemplate", "projects_templatetask",
    "projects_templatemember",
)  # fmt: skip


def add_rules(apps, schema_editor):
    apps.get_model("projects", "ProjectRules").objects.create(id=1)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("projects", "0004_classes_and_notes"),
        ("core", "0004_touched_rows"),
        ("people", "0008_second_factors"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="BudgetCrossing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[("HOURS", "Hours"), ("FEES", "Fees"), ("EXPENSES", "Expenses")], max_length=8
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                ("budget", models.DecimalField(decimal_places=4, max_digits=16)),
                ("crossed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ChangeOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("agreed_on", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("by_name", models.CharField(blank=True, max_length=160)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by_name", models.CharField(blank=True, max_length=160)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ChangeOrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minutes", models.IntegerField(default=0)),
                ("fee_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
                ("expense_amount", models.DecimalField(decimal_places=4, default=0, max_digits=16)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ProjectLabel",
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
                        choices=[("TYPE", "Type"), ("STATUS", "Status"), ("CATEGORY", "Category")],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="ProjectRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_pattern", models.CharField(default="{client}-{000}", max_length=30)),
                (
                    "alert_percents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=projects.models.budgets.usual_percents,
                        size=3,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProjectTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("notes", models.CharField(blank=True, max_length=300)),
                ("is_active", models.BooleanField(default=True)),
                ("is_billable", models.BooleanField(default=True)),
                ("requires_notes", models.BooleanField(default=False)),
                ("length_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("budget_minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "budget_fee_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                (
                    "budget_expense_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="TaskAssignee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TaskProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("by_name", models.CharField(blank=True, max_length=160)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="TemplateMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_lead", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="TemplateTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_billable", models.BooleanField(default=True)),
                ("requires_notes", models.BooleanField(default=False)),
                ("start_day", models.SmallIntegerField(blank=True, null=True)),
                ("due_day", models.SmallIntegerField(blank=True, null=True)),
                ("budget_minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "budget_fee_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                (
                    "budget_expense_amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                (
                    "budget_stop",
                    models.CharField(
                        choices=[
                            ("NONE", "Nothing happens"),
                            ("WARN", "Warn"),
                            ("COMMENT", "Ask for a note"),
                            ("BLOCK", "Block"),
                        ],
                        default="NONE",
                        max_length=7,
                    ),
                ),
                (
                    "progress_by",
                    models.CharField(
                        choices=[("HAND", "by hand"), ("HOURS", "by hours")], default="HAND", max_length=6
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="task",
            name="projects_task_name_once",
        ),
        migrations.AddField(
            model_name="project",
            name="budget_expense_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="budget_fee_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="budget_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="po_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="budget_expense_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="budget_fee_amount",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="budget_stop",
            field=models.CharField(
                choices=[
                    ("NONE", "Nothing happens"),
                    ("WARN", "Warn"),
                    ("COMMENT", "Ask for a note"),
                    ("BLOCK", "Block"),
                ],
                db_default="NONE",
                default="NONE",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="depth",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="task",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="projects.task",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="parent_path",
            field=models.TextField(blank=True, db_default="", editable=False),
        ),
        migrations.AddField(
            model_name="task",
            name="progress_by",
            field=models.CharField(
                choices=[("HAND", "by hand"), ("HOURS", "by hours")],
                db_default="HAND",
                default="HAND",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="starts_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="teammember",
            name="is_lead",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                fields=("project", "parent", "name"),
                name="projects_task_name_once",
                nulls_distinct=False,
                violation_error_message="There is already a task of this name here.",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("depth__lte", 8)), name="projects_task_depth"
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
                ),
                name="projects_task_amounts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on", None),
                    ("starts_on", None),
                    ("due_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="projects_task_due_after_start",
            ),
        ),
        migrations.AddField(
            model_name="budgetcrossing",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="crossings", to="projects.project"
            ),
        ),
        migrations.AddField(
            model_name="budgetcrossing",
            name="task",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="crossings",
                to="projects.task",
            ),
        ),
        migrations.AddField(
            model_name="changeorder",
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
            model_name="changeorder",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="change_orders",
                to="projects.project",
            ),
        ),
        migrations.AddField(
            model_name="changeorderline",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="projects.changeorder"
            ),
        ),
        migrations.AddField(
            model_name="changeorderline",
            name="task",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="change_order_lines",
                to="projects.task",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectlabel",
            constraint=models.UniqueConstraint(fields=("kind", "name"), name="projects_label_once"),
        ),
        migrations.AddConstraint(
            model_name="projectlabel",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["TYPE", "STATUS", "CATEGORY"])), name="projects_label_kind"
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects_of_category",
                to="projects.projectlabel",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="status",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects_in_status",
                to="projects.projectlabel",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects_of_type",
                to="projects.projectlabel",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("po_amount", None), ("po_amount__gte", 0), _connector="OR"),
                    models.Q(("budget_fee_amount", None), ("budget_fee_amount__gte", 0), _connector="OR"),
                    models.Q(
                        ("budget_expense_amount", None), ("budget_expense_amount__gte", 0), _connector="OR"
                    ),
                ),
                name="projects_amounts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectrules",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="projects_one_rules_row"),
        ),
        migrations.AddConstraint(
            model_name="projectrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("alert_percents__len__lte", 3),
                    models.Q(("alert_percents__contains", [0]), _negated=True),
                ),
                name="projects_three_alerts",
            ),
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="projects.projectlabel",
            ),
        ),
        migrations.AddField(
            model_name="projecttemplate",
            name="type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="projects.projectlabel",
            ),
        ),
        migrations.AddField(
            model_name="taskassignee",
            name="staff",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="people.staffmember",
            ),
        ),
        migrations.AddField(
            model_name="taskassignee",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="assigned", to="projects.task"
            ),
        ),
        migrations.AddField(
            model_name="taskprogress",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="projects.task"
            ),
        ),
        migrations.AddField(
            model_name="templatemember",
            name="staff",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.staffmember"
            ),
        ),
        migrations.AddField(
            model_name="templatemember",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="team",
                to="projects.projecttemplate",
            ),
        ),
        migrations.AddField(
            model_name="templatetask",
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
            model_name="templatetask",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="projects.templatetask",
            ),
        ),
        migrations.AddField(
            model_name="templatetask",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tasks",
                to="projects.projecttemplate",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetcrossing",
            constraint=models.UniqueConstraint(
                fields=("project", "task", "measure", "percent"),
                name="projects_crossing_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="changeorder",
            constraint=models.UniqueConstraint(
                fields=("project", "number"), name="projects_change_order_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="changeorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="projects_change_order_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="changeorderline",
            constraint=models.UniqueConstraint(
                fields=("order", "task"), name="projects_change_order_line_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="changeorderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("expense_amount", 0), ("fee_amount", 0), ("minutes", 0), _negated=True),
                name="projects_change_order_line_changes",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskassignee",
            constraint=models.UniqueConstraint(fields=("task", "staff"), name="projects_assignee_once"),
        ),
        migrations.AddConstraint(
            model_name="taskprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                name="projects_progress_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="templatemember",
            constraint=models.UniqueConstraint(
                fields=("template", "staff"), name="projects_template_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="templatetask",
            constraint=models.UniqueConstraint(
                fields=("template", "position"), name="projects_template_task_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="templatetask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent", None), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                ),
                name="projects_template_task_parent",
            ),
        ),
        migrations.RunSQL(TREE, reverse_sql=NO_TREE),
        migrations.RunSQL(LABELS, reverse_sql=NO_LABELS),
        *(audited(table) for table in AUDITED),
        append_only("projects_taskprogress"),
        migrations.RunPython(add_rules, migrations.RunPython.noop),
    ]
